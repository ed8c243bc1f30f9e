// SPDX-License-Identifier: MIT
// PLua's web server.
#include <plua/coro/bind_async.hpp>
#include <plua/coro/ready_operation.hpp>
#include <plua/net/argument.hpp>
#include <plua/net/network.hpp>
#include <plua/net/resolver.hpp>
#include <plua/web/callback_front.hpp>

#include <unistd.h>

namespace plua {
namespace {

using std::string;
using web::callback_front;
using reply = std::tuple<bool, string>;

constexpr std::string_view only_event = "http_request";

awaitable<reply> start(net::network& net, callback_front& front, std::optional<net::port_number> port,
                       std::optional<string> host) {
  if (front.is_running()) co_return reply(false, "Web server already running");
  string why;
  try {
    const std::uint16_t number = port ? port->number : 8080;
    const auto found = co_await net.names().resolve(host.value_or("127.0.0.1"), number, true);
    front.front().listen(found.front());
    front.started();
  } catch (const failure& e) {
    why = "Failed to start web server: " + e.code().message();
  }
  if (!why.empty()) co_return reply(false, why);
  co_return reply(true, "Web server started on " + front.host() + ":" + std::to_string(front.port()));
}

reply stop(callback_front& front) {
  if (!front.was_started()) return {false, "No web server running"};
  if (!front.is_running()) return {false, "Server not running"};
  front.stop();
  return {true, "Web server stopped"};
}

bool is_running(callback_front& front) { return front.is_running(); }

struct server_status {
  bool running = false;
  std::optional<std::int64_t> port;
  std::optional<string> host;
  std::optional<std::int64_t> process_id;
  static constexpr auto fields() {
    return std::tuple(field("running", &server_status::running), field("port", &server_status::port),
                      field("host", &server_status::host), field("process_id", &server_status::process_id));
  }
};

server_status status(callback_front& front) {
  if (!front.was_started()) return {};
  return {front.is_running(), front.port(), front.host(), ::getpid()};
}

pushed get_message(lua_State* L, callback_front& front) {
  front.push_message(L);
  return {1};
}

reply register_callback(callback_front& front, string event, function callback) {
  if (event == only_event) front.add(std::move(callback));
  return {true, "Callback registered for " + event};
}

reply unregister_callback(lua_State* L, callback_front& front, string event, function_argument) {
  if (event == only_event && front.remove(L, 2)) return {true, "Callback unregistered for " + event};
  return {false, "No callback found for " + event};
}

reply start_processing(callback_front& front) {
  front.set_processing(true);
  return {true, "Message processing started"};
}

reply stop_processing(callback_front& front) {
  front.set_processing(false);
  return {true, "Message processing stopped"};
}

void add_route(callback_front& front, string method, string path, function handler) {
  for (char& c : method)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  front.front().routes().add(std::move(method), path, std::move(handler));
}

}  // namespace

extern const extension_set web_server_extensions([] {
  return std::vector{
      define<&start>(
          {.name = "start_web_server",
           .category = "web_server",
           .summary =
               "Starts PLua's web server. The program runs until it is stopped. Requests that no route "
               "answers go to the callbacks, or wait as messages.",
           .params = {{"port", "8080 unless given; 0 lets the system choose"},
                      {"host", "address to bind, 127.0.0.1 unless given; \"0.0.0.0\" for all"}},
           .returns = "true and \"Web server started on HOST:PORT\"; false and the reason",
           .example = "print(_PY.start_web_server(8080))",
           .standard = "PLua"}),
      define<&stop>({.name = "stop_web_server",
                     .category = "web_server",
                     .summary = "Stops the web server and closes its connections.",
                     .returns = "true and \"Web server stopped\"; false and the reason",
                     .example = "print(_PY.stop_web_server())",
                     .standard = "PLua"}),
      define<&is_running>({.name = "is_web_server_running",
                           .category = "web_server",
                           .summary = "Whether the web server listens.",
                           .returns = "the answer",
                           .example = "if _PY.is_web_server_running() then print('up') end",
                           .standard = "PLua"}),
      define<&status>({.name = "get_web_server_status",
                       .category = "web_server",
                       .summary = "Where the web server runs.",
                       .returns = "a table with running and, once it was started, port, host and process_id",
                       .example = "print(_PY.get_web_server_status().port)",
                       .standard = "PLua"}),
      define<&get_message>(
          {.name = "get_web_server_message",
           .category = "web_server",
           .summary = "Takes the oldest request that no callback has got. A thousand are kept.",
           .returns =
               "{type = 'http_request', method =, path =, query = {name = {values}}, headers =, body =}, "
               "the body as a value when it is JSON; nil when there is none",
           .example = "local m = _PY.get_web_server_message()",
           .standard = "PLua"}),
      define<&register_callback>(
          {.name = "register_web_callback",
           .category = "web_server",
           .summary =
               "Adds a callback for requests, which are fed to it once message processing was started. What "
               "it returns is the response: a string, or a table with status, headers, and body or json; of "
               "several callbacks the last that returns something answers.",
           .params = {{"event", "\"http_request\""}, {"callback", "called with the message; may wait"}},
           .returns = "true and a message",
           .example =
               "_PY.register_web_callback('http_request', function(m) return 'You asked ' .. m.path end)",
           .standard = "PLua"}),
      define<&unregister_callback>(
          {.name = "unregister_web_callback",
           .category = "web_server",
           .summary = "Removes a callback.",
           .params = {{"event", "\"http_request\""}, {"callback", "the same function"}},
           .returns = "true and a message; false and a message when it was not registered",
           .example = "_PY.unregister_web_callback('http_request', callback)",
           .standard = "PLua"}),
      define<&start_processing>({.name = "start_web_message_processing",
                                 .category = "web_server",
                                 .summary = "Feeds requests to the callbacks from now on.",
                                 .returns = "true and a message",
                                 .example = "_PY.start_web_message_processing()",
                                 .standard = "PLua"}),
      define<&stop_processing>({.name = "stop_web_message_processing",
                                .category = "web_server",
                                .summary = "Keeps requests as messages from now on.",
                                .returns = "true and a message",
                                .example = "_PY.stop_web_message_processing()",
                                .standard = "PLua"}),
      define<&add_route>(
          {.name = "add_route",
           .category = "web_server",
           .summary =
               "Sets the handler of a method and a path of PLua's web server, before or after its start.",
           .params =
               {{"method", "\"GET\", \"POST\"..., \"*\" for any"},
                {"path", "\"/users/:id\": a parameter matches one part; \"/files/*rest\": all that is left"},
                {"handler", "called with the request (see web.request); what it returns is the response"}},
           .example = "_PY.add_route('GET', '/hello', function(req) return 'Hello' end)",
           .standard = "PLua"}),
  };
});

}  // namespace plua
