// SPDX-License-Identifier: MIT
// Module `web`: an HTTP server whose handlers are plain functions that may wait.
#include <plua/core/json.hpp>
#include <plua/coro/bind_async.hpp>
#include <plua/net/argument.hpp>
#include <plua/net/network.hpp>
#include <plua/net/resolver.hpp>
#include <plua/web/callback_front.hpp>
#include <plua/web/server.hpp>

#include <algorithm>

namespace plua {
namespace {

using web::request;
using web::server;

// ---------------------------------------------------------------- the server

ptr<server> app(runtime& r) { return ptr<server>(new server(r)); }

void route(server& self, std::string method, std::string path, function handler) {
  std::transform(method.begin(), method.end(), method.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  self.routes().add(std::move(method), path, std::move(handler));
}

void get(server& self, std::string path, function handler) {
  self.routes().add("GET", path, std::move(handler));
}
void post(server& self, std::string path, function handler) {
  self.routes().add("POST", path, std::move(handler));
}
void put(server& self, std::string path, function handler) {
  self.routes().add("PUT", path, std::move(handler));
}
void patch(server& self, std::string path, function handler) {
  self.routes().add("PATCH", path, std::move(handler));
}
void delete_route(server& self, std::string path, function handler) {
  self.routes().add("DELETE", path, std::move(handler));
}

struct listen_options {
  std::optional<std::string> host;
  std::optional<net::port_number> port;
  static constexpr auto fields() {
    return std::tuple(field("host", &listen_options::host), field("port", &listen_options::port));
  }
};

awaitable<std::tuple<std::string, std::int64_t>> listen(net::network& net, ptr<server> self,
                                                        listen_options options) {
  const std::uint16_t port = options.port ? options.port->number : 8080;
  const auto found = co_await net.names().resolve(options.host.value_or("127.0.0.1"), port, true);
  self->listen(found.front());
  const net::address at = self->local();
  co_return std::tuple(at.host, at.port);
}

void close(server& self) { self.close(); }
void drain(server& self) { self.drain(); }
std::optional<std::int64_t> port_of(server& self) {
  if (!self.is_listening()) return {};
  return self.local().port;
}
std::int64_t connections(server& self) { return static_cast<std::int64_t>(self.connections()); }

// ---------------------------------------------------------------- the request

std::string_view method(request& self) { return self.method(); }
std::string path(request& self) { return web::percent_decode(self.raw_path(), false); }
std::string_view target(request& self) { return self.target(); }
std::string_view body(request& self) { return self.body(); }

std::optional<std::string_view> header(request& self, std::string_view name) {
  const std::string_view found = self.header(name);
  if (!found.data()) return {};
  return found;
}

pushed headers(lua_State* L, request& self) {
  web::push_headers(L, self, true);
  return {1};
}

pushed query(lua_State* L, request& self) {
  web::push_query(L, self, false);
  return {1};
}

pushed params(lua_State* L, request& self) {
  lua_createtable(L, 0, static_cast<int>(self.params().size()));
  for (const auto& [name, text] : self.params()) {
    lua_pushlstring(L, name.data(), name.size());
    lua_pushlstring(L, text.data(), text.size());
    lua_rawset(L, -3);
  }
  return {1};
}

// A method and not a field: it can fail.
pushed json_body(lua_State* L, request& self) {
  json::decode(L, self.body());
  return {1};
}

std::tuple<std::string, std::int64_t> remote(request& self) {
  const net::address peer = self.peer();
  return {peer.host, peer.port};
}

}  // namespace

extern const extension_set web_extensions([] {
  const std::vector<parameter> handler_params = {
      {"path", "\"/users/:id\": a parameter matches one part; \"/files/*rest\": all that is left"},
      {"handler",
       "called with the request in a task of its own, may wait; what it returns is the response: a "
       "string, nil for 204, or {status =, headers =, body = or json =}"}};
  return std::vector{
      define<&app>({.name = "app",
                    .module = "web",
                    .category = "web",
                    .summary = "Makes an HTTP server without routes; it does not listen yet.",
                    .returns = "the server",
                    .example =
                        "local app = require('web').app()\napp:get('/', function() return 'Hello' end)\n"
                        "app:listen{port = 8080}",
                    .standard = "RFC 9112"}),
      define<&route>({.name = "route",
                      .module = "web",
                      .type = "server",
                      .category = "web",
                      .summary = "Sets the handler of a method and a path.",
                      .params = {{"method", "\"GET\" (serves HEAD too), \"POST\"..., or \"*\" for any"},
                                 handler_params[0],
                                 handler_params[1]},
                      .example = "app:route('OPTIONS', '/', function() return {status = 204} end)"}),
      define<&get>(
          {.name = "get",
           .module = "web",
           .type = "server",
           .category = "web",
           .summary = "Sets the handler of GET and HEAD for a path.",
           .params = handler_params,
           .example = "app:get('/users/:id', function(req) return {json = {id = req.params.id}} end)"}),
      define<&post>({.name = "post",
                     .module = "web",
                     .type = "server",
                     .category = "web",
                     .summary = "Sets the handler of POST for a path.",
                     .params = handler_params,
                     .example = "app:post('/echo', function(req) return req.body end)"}),
      define<&put>({.name = "put",
                    .module = "web",
                    .type = "server",
                    .category = "web",
                    .summary = "Sets the handler of PUT for a path.",
                    .params = handler_params,
                    .example = "app:put('/items/:id', function(req) return {json = req:json()} end)"}),
      define<&patch>({.name = "patch",
                      .module = "web",
                      .type = "server",
                      .category = "web",
                      .summary = "Sets the handler of PATCH for a path.",
                      .params = handler_params,
                      .example = "app:patch('/items/:id', function(req) return {status = 204} end)"}),
      define<&delete_route>({.name = "delete",
                             .module = "web",
                             .type = "server",
                             .category = "web",
                             .summary = "Sets the handler of DELETE for a path.",
                             .params = handler_params,
                             .example = "app:delete('/items/:id', function() return nil end)"}),
      define<&listen>({.name = "listen",
                       .module = "web",
                       .type = "server",
                       .category = "web",
                       .summary = "Starts to serve. The program runs until the server is closed.",
                       .params = {{"options",
                                   "host: address to bind, 127.0.0.1 unless given, \"*\" for all; port: "
                                   "8080 unless given, 0 lets the system choose"}},
                       .returns = "the address and the port",
                       .errors = "EADDRINUSE, EACCES, resolve errors as nil, err",
                       .example = "local host, port = assert(app:listen{port = 0})"}),
      define<&close>({.name = "close",
                      .module = "web",
                      .type = "server",
                      .category = "web",
                      .summary = "Stops listening and closes all connections at once. Allowed twice.",
                      .example = "app:close()"}),
      define<&drain>(
          {.name = "drain",
           .module = "web",
           .type = "server",
           .category = "web",
           .summary = "Stops listening; each connection closes when what it answers has been sent.",
           .example = "app:drain()"}),
      define<&port_of>({.name = "port",
                        .module = "web",
                        .type = "server",
                        .category = "web",
                        .summary = "The port that it listens on.",
                        .returns = "the port; nil when it does not listen",
                        .example = "print(app.port)",
                        .property = true}),
      define<&connections>({.name = "connections",
                            .module = "web",
                            .type = "server",
                            .category = "web",
                            .summary = "How many connections are open.",
                            .returns = "the count",
                            .example = "print(app.connections)",
                            .property = true}),

      define<&method>({.name = "method",
                       .module = "web",
                       .type = "request",
                       .category = "web",
                       .summary = "The method, as it was sent.",
                       .returns = "\"GET\", \"POST\"...",
                       .example = "if req.method == 'HEAD' then log('head') end",
                       .property = true}),
      define<&path>({.name = "path",
                     .module = "web",
                     .type = "request",
                     .category = "web",
                     .summary = "The path without the query, decoded.",
                     .returns = "the path",
                     .example = "print(req.path)",
                     .standard = "RFC 3986",
                     .property = true}),
      define<&target>({.name = "target",
                       .module = "web",
                       .type = "request",
                       .category = "web",
                       .summary = "The path and the query as they were sent.",
                       .returns = "the target",
                       .example = "print(req.target)",
                       .property = true}),
      define<&query>(
          {.name = "query",
           .module = "web",
           .type = "request",
           .category = "web",
           .summary = "The parameters of the query, decoded.",
           .returns = "a new table from name to value, or to a list where a name comes more than once",
           .example = "local page = tonumber(req.query.page or 1)",
           .property = true}),
      define<&params>({.name = "params",
                       .module = "web",
                       .type = "request",
                       .category = "web",
                       .summary = "What the parameters of the route's path have matched, decoded.",
                       .returns = "a new table from name to text",
                       .example = "local id = req.params.id",
                       .property = true}),
      define<&headers>(
          {.name = "headers",
           .module = "web",
           .type = "request",
           .category = "web",
           .summary = "All headers, their names in lower case.",
           .returns = "a new table from name to value, or to a list where a name comes more than once",
           .example = "print(req.headers['user-agent'])",
           .property = true}),
      define<&header>({.name = "header",
                       .module = "web",
                       .type = "request",
                       .category = "web",
                       .summary = "One header, without making a table of all.",
                       .params = {{"name", "in any case of letters"}},
                       .returns = "the first value; nil when there is none",
                       .example = "local agent = req:header('User-Agent')"}),
      define<&body>({.name = "body",
                     .module = "web",
                     .type = "request",
                     .category = "web",
                     .summary = "The body.",
                     .returns = "the bytes, \"\" when there are none",
                     .example = "print(#req.body)",
                     .property = true}),
      define<&json_body>({.name = "json",
                          .module = "web",
                          .type = "request",
                          .category = "web",
                          .summary = "The body read as JSON.",
                          .returns = "the value",
                          .errors = "nil, err when it is not JSON",
                          .example = "local order, err = req:json()",
                          .standard = "RFC 8259"}),
      define<&remote>({.name = "remote",
                       .module = "web",
                       .type = "request",
                       .category = "web",
                       .summary = "The address of the peer.",
                       .returns = "the address and the port",
                       .example = "local host, port = req:remote()"}),
  };
});

}  // namespace plua
