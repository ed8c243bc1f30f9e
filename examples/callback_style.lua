-- PLua's callback style on the same functions: an echo of one message, in four callbacks and in four lines.
local task = require "task"

local server = _PY.tcp_server_create()
_PY.tcp_server_add_event_listener(server, "client_connected", function(client, address)
  print("a client from " .. address.host)
end)
_PY.tcp_server_add_event_listener(server, "data_received", function(client, data)
  _PY.tcp_server_send(server, client, data:upper())
end)
_PY.tcp_server_start(server, "127.0.0.1", 0)
while not _PY.tcp_server_is_ready(server) do task.sleep(0.001) end
local port = _PY.tcp_server_port(server)

_PY.tcp_connect("127.0.0.1", port, function(ok, id, message)
  assert(ok, message)
  _PY.tcp_write(id, "callbacks", function(sent)
    assert(sent)
    _PY.tcp_read(id, 1024, function(received, data)
      assert(received)
      print("received " .. data)
      _PY.tcp_close(id, function()
        -- The last callback goes on in sequence: it is a task like any other.
        local _, again = _PY.tcp_connect_sync("127.0.0.1", port)
        _PY.tcp_write_sync(again, "sequence")
        local _, reply = _PY.tcp_read_sync(again, 1024)
        print("received " .. reply)
        _PY.tcp_close_sync(again)
        _PY.tcp_server_close(server)
      end)
    end)
  end)
end)
