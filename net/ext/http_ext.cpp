// SPDX-License-Identifier: MIT
// The HTTP client for scripts: PLua's functions, which never raise for what the network does, and module
// `http`.
#include <plua/coro/bind_async.hpp>
#include <plua/net/http/client.hpp>
#include <plua/net/http/script_request.hpp>

#include <optional>
#include <string>
#include <utility>

// g++ 12 sees the frame of a coroutine deleted by another function than the one that made it (bug 109224).
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace plua {
namespace {

namespace http = net::http;

void set_text(lua_State* L, const char* name, std::string_view text) {
  lua_pushstring(L, name);
  lua_pushlstring(L, text.data(), text.size());
  lua_rawset(L, -3);
}

void set_integer(lua_State* L, const char* name, int number) {
  lua_pushstring(L, name);
  lua_pushinteger(L, number);
  lua_rawset(L, -3);
}

void set_headers(lua_State* L, const http::headers& list) {
  lua_pushliteral(L, "headers");
  http::push_headers(L, list);
  lua_rawset(L, -3);
}

// ---------------------------------------------------------------- PLua's functions

// What PLua waited at most, and how many redirects its request table says.
constexpr double plua_timeout = 10;
constexpr int plua_redirects = 5;

/// A URL or a table. What is wrong with it is a part of the response.
struct plua_request {
  http::request wanted;
  std::string problem;
  std::string given_type;
  std::optional<std::string> success_message;
};

struct plua_response {
  http::response got;
  bool error = false;
  std::optional<std::string> message;
};

plua_response failed(const std::string& url, std::string message) {
  plua_response r;
  r.got.url = url;
  r.error = true;
  r.message = std::move(message);
  return r;
}

bool has_field(const http::headers& list, std::string_view name) { return http::find(list, name) != nullptr; }

awaitable<plua_response> perform(http::client& client, plua_request asked) {
  if (!asked.problem.empty()) co_return failed(asked.wanted.url, asked.problem);
  const std::string url = asked.wanted.url;
  std::optional<plua_response> made;
  try {
    http::response got = co_await http::fetch(client, std::move(asked.wanted));
    made.emplace();
    made->got = std::move(got);
    made->message = asked.success_message;
  } catch (const failure& f) {
    if (f.code() == errc::cancelled) throw;
    made = failed(url, f.code() == errc::timeout ? "timed out" : f.sentence());
  }
  if (made->got.status != 0 && made->got.status / 100 != 2) {
    made->error = true;
    made->got.url = url;
  }
  co_return std::move(*made);
}

awaitable<plua_response> http_request_sync(http::client& client, plua_request asked) {
  if (!asked.given_type.empty())
    asked.problem = "Invalid parameters: expected string or table, got " + asked.given_type;
  return perform(client, std::move(asked));
}

awaitable<plua_response> http_request_async(http::client& client, plua_request asked) {
  if (!asked.given_type.empty()) asked.problem = "Invalid request parameters";
  asked.success_message.emplace();
  return perform(client, std::move(asked));
}

// ---------------------------------------------------------------- module http

struct script_request {
  http::request wanted;
};

/// The fields beside the URL, which may be absent.
struct script_options {
  http::request wanted;
};

struct script_response {
  http::response got;
};

awaitable<script_response> request(http::client& client, script_request asked) {
  http::response got = co_await http::fetch(client, std::move(asked.wanted));
  script_response made;
  made.got = std::move(got);
  co_return made;
}

awaitable<script_response> get(http::client& client, std::string url, std::optional<script_options> options) {
  script_request asked;
  if (options) asked.wanted = std::move(options->wanted);
  asked.wanted.url = std::move(url);
  return request(client, std::move(asked));
}

}  // namespace

template <>
struct value<plua_request> {
  static std::string name() { return "string|table"; }
  static plua_request get(lua_State* L, int index) {
    if (lua_isnone(L, index)) throw_type_mismatch(L, index, name());
    plua_request made;
    made.wanted.timeout = plua_timeout;
    made.wanted.max_redirects = plua_redirects;
    if (lua_type(L, index) == LUA_TSTRING)
      made.wanted.url = value<std::string>::get(L, index);
    else if (lua_istable(L, index))
      read_table(L, index, made);
    else
      made.given_type = luaL_typename(L, index);
    if (made.given_type.empty() && made.problem.empty() && made.wanted.url.empty())
      made.problem = "URL is required";
    return made;
  }

 private:
  static void read_table(lua_State* L, int index, plua_request& made) {
    lua_pushliteral(L, "body");
    lua_rawget(L, index);
    const bool fits = lua_isnil(L, -1) || lua_type(L, -1) == LUA_TSTRING;
    lua_pop(L, 1);
    try {
      if (!fits)
        made.problem = "HTTP request body must be a string. Encode tables to JSON manually if needed.";
      else
        http::read_request(L, index, made.wanted);
    } catch (const arg_error& e) {
      made.problem = std::string("Invalid parameters: ") + e.what();
    }
    if (made.wanted.body && !has_field(made.wanted.headers, "Content-Type"))
      made.wanted.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
  }
};

template <>
struct value<plua_response> {
  static std::string name() {
    return "{code: integer, body: string, headers: table, url: string, error: boolean, error_message: "
           "string|nil}";
  }
  static void push(lua_State* L, const plua_response& r) {
    lua_createtable(L, 0, 6);
    set_integer(L, "code", r.got.status);
    set_text(L, "body", r.got.body);
    set_text(L, "url", r.got.url);
    set_headers(L, r.got.headers);
    lua_pushliteral(L, "error");
    lua_pushboolean(L, r.error);
    lua_rawset(L, -3);
    if (r.message) set_text(L, "error_message", *r.message);
  }
};

template <>
struct value<script_request> {
  static std::string name() { return "table"; }
  static script_request get(lua_State* L, int index) {
    script_request made;
    http::read_request(L, index, made.wanted);
    if (made.wanted.url.empty()) throw arg_error("field 'url': string expected, got no value");
    return made;
  }
};

template <>
struct value<script_options> {
  static std::string name() { return "table"; }
  static script_options get(lua_State* L, int index) {
    script_options made;
    http::read_request(L, index, made.wanted);
    return made;
  }
};

template <>
struct results<script_response> {
  static std::string names() {
    return "{status: integer, reason: string, headers: table, body: string, url: string} | nil, error";
  }
  static int push(lua_State* L, const script_response& r) {
    lua_createtable(L, 0, 5);
    set_integer(L, "status", r.got.status);
    set_text(L, "reason", r.got.reason);
    set_headers(L, r.got.headers);
    set_text(L, "body", r.got.body);
    set_text(L, "url", r.got.url);
    return 1;
  }
};

extern const extension_set http_extensions([] {
  const parameter plua_request_parameter{"request",
                                         "a URL, or a table: url, method (GET), headers, body, proxy, "
                                         "redirect (true), maxredirects (5), timeout "
                                         "in seconds (10), verify (true: check TLS certificates), ca_file"};
  constexpr std::string_view options_text =
      "method (GET), headers (a value may be a list), body, timeout in seconds for all of it (60), "
      "connect_timeout (10), redirect (true), max_redirects (10), proxy "
      "(\"http://[user:password@]host:port\"), "
      "verify (true: check TLS certificates), ca_file (PEM, instead of the system's certificates), max_body "
      "in "
      "bytes (64 MiB), decompress (true)";
  constexpr std::string_view errors =
      "as nil, err, where err.operation is the phase: url, request, pool, resolve, connect, proxy, tls, "
      "write, "
      "read, response, body, redirect; err.code is bad_url, ECONNREFUSED, timeout, no_response, "
      "bad_response, "
      "truncated, body_too_long, too_many_redirects, certificate_expired...";
  return std::vector{
      define<&http_request_sync>(
          {.name = "http_request_sync",
           .category = "network",
           .summary = "Performs an HTTP request. The calling task waits, all others run on.",
           .params = {plua_request_parameter},
           .returns = "code (0 when there is no response), body, headers (names in any case, lists for those "
                      "that come more than once), url, error (true unless the code is 2xx), error_message",
           .errors = "none: they are in the response",
           .example = "local r = _PY.http_request_sync('http://127.0.0.1:8080/')\n"
                      "if r.error then print(r.code, r.error_message) else print(r.body) end",
           .standard = "PLua",
           .aliases = {"http_request"}}),
      define<&http_request_async>(
          {.name = "http_request_async",
           .category = "network",
           .summary = "Performs an HTTP request and then calls a function with the response.",
           .params = {plua_request_parameter},
           .returns = "the response, as from http_request_sync; error_message is \"\" on success",
           .errors = "none: they are in the response",
           .example =
               "_PY.http_request_async({url = 'http://127.0.0.1:8080/'}, function(r) print(r.code) end)",
           .standard = "PLua"}),
      define<&get>({.name = "get",
                    .module = "http",
                    .category = "http",
                    .summary = "Fetches a URL. Connections are kept for the next request to the same host.",
                    .params = {{"url", "absolute, http or https"}, {"options", options_text}},
                    .returns =
                        "the response, whatever its status: status, reason, headers (names in any case, "
                        "lists for those that come more than once), body, url (after redirects)",
                    .errors = errors,
                    .example = "local r = assert(http.get('https://example.org/', {timeout = 5}))\n"
                               "print(r.status, r.headers['content-type'], #r.body)",
                    .standard = "RFC 9110"}),
      define<&request>(
          {.name = "request",
           .module = "http",
           .category = "http",
           .summary = "Performs an HTTP request that is described by a table.",
           .params = {{"request", "url and the options of http.get"}},
           .returns = "as http.get",
           .errors = errors,
           .example = "local r = assert(http.request{method = 'POST', url = 'http://127.0.0.1:8080/items',\n"
                      "  headers = {['Content-Type'] = 'application/json'}, body = '{}'})",
           .standard = "RFC 9110"}),
  };
});

}  // namespace plua
