// SPDX-License-Identifier: MIT
#include <plua/core/error.hpp>
#include <plua/core/json.hpp>
#include <plua/web/response.hpp>

#include <boost/beast/http/status.hpp>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace plua::web {
namespace {

constexpr std::string_view plain_text = "text/plain; charset=utf-8";
constexpr std::string_view html_text = "text/html; charset=utf-8";
constexpr std::string_view json_text = "application/json";

void append_number(std::string& out, std::size_t n) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof(digits), n).ptr);
}

void begin_head(std::string& out, const response_frame& frame, int status) {
  if (status == 200) {
    out += "HTTP/1.1 200 OK\r\nDate: ";
  } else {
    out += "HTTP/1.1 ";
    append_number(out, static_cast<std::size_t>(status));
    out += ' ';
    out += reason_of(status);
    out += "\r\nDate: ";
  }
  out += frame.date;
  out += "\r\n";
  if (!frame.keep_alive)
    out += "Connection: close\r\n";
  else if (frame.old_client)
    out += "Connection: keep-alive\r\n";
}

bool has_no_body(int status) { return status == 204 || status == 304 || status < 200; }

void end_head(std::string& out, const response_frame& frame, int status, std::string_view body) {
  if (!has_no_body(status)) {
    out += "Content-Length: ";
    append_number(out, body.size());
    out += "\r\n";
  }
  out += "\r\n";
  if (!frame.without_body && !has_no_body(status)) out += body;
}

void add_header(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  out += value;
  out += "\r\n";
}

// RFC 9110, 5.1: a token.
bool is_token(std::string_view name) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  if (name.empty()) return false;
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!letter && others.find(c) == others.npos) return false;
  }
  return true;
}

bool is_value(std::string_view value) {
  return value.find_first_of(std::string_view("\r\n\0", 3)) == value.npos;
}

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
           return lower(x) == lower(y);
         });
}

std::string_view text_at(lua_State* L, int index) {
  std::size_t size = 0;
  const char* text = lua_tolstring(L, index, &size);
  return {text, size};
}

bool is_text(lua_State* L, int index) {
  const int type = lua_type(L, index);
  return type == LUA_TSTRING || type == LUA_TNUMBER;
}

// The fields of a response table, read one after the other.
class table_response {
 public:
  table_response(lua_State* L, int index) : L_(L), table_(lua_absindex(L, index)) {}

  int status() {
    push("status");
    int value = 200;
    if (!lua_isnil(L_, -1)) {
      int exact = 0;
      value = static_cast<int>(lua_tointegerx(L_, -1, &exact));
      if (!exact || value < 200 || value > 599)
        throw std::runtime_error("the response's status must be an integer from 200 to 599");
    }
    lua_pop(L_, 1);
    return value;
  }

  // Appends the headers; notes which of ours they replace.
  void headers(std::string& out) {
    push("headers");
    if (lua_isnil(L_, -1)) return lua_pop(L_, 1);
    if (!lua_istable(L_, -1)) throw std::runtime_error("the response's headers must be a table");
    const int headers = lua_gettop(L_);
    lua_pushnil(L_);
    while (lua_next(L_, headers)) {
      if (lua_type(L_, -2) != LUA_TSTRING || !is_token(text_at(L_, -2)))
        throw std::runtime_error("the name of a response's header is not a token");
      if (lua_istable(L_, -1))
        each_value(out, text_at(L_, -2), lua_gettop(L_));
      else
        one(out, text_at(L_, -2));
      lua_pop(L_, 1);
    }
    lua_pop(L_, 1);
  }
  bool has_type() const noexcept { return has_type_; }

  // The body and its type. The text lies in the table or in `made`.
  std::string_view body(std::string& made, std::string_view& type) {
    push("json");
    if (!lua_isnil(L_, -1)) {
      json::encode(L_, -1, {}, made);
      lua_pop(L_, 1);
      type = json_text;
      return made;
    }
    lua_pop(L_, 1);
    push("body");
    type = plain_text;
    std::string_view text;
    if (!lua_isnil(L_, -1)) {
      if (!is_text(L_, -1)) throw std::runtime_error("the response's body must be a string");
      made = text_at(L_, -1);
      text = made;
      if (text.starts_with('<')) type = html_text;
    }
    lua_pop(L_, 1);
    return text;
  }

 private:
  void push(const char* key) {
    lua_pushstring(L_, key);
    lua_rawget(L_, table_);
  }

  // Several headers of one name, as for Set-Cookie.
  void each_value(std::string& out, std::string_view name, int list) {
    const auto size = static_cast<lua_Integer>(lua_rawlen(L_, list));
    for (lua_Integer i = 1; i <= size; ++i) {
      lua_rawgeti(L_, list, i);
      one(out, name);
      lua_pop(L_, 1);
    }
  }

  // The value is on top.
  void one(std::string& out, std::string_view name) {
    if (!is_text(L_, -1) || !is_value(text_at(L_, -1)))
      throw std::runtime_error("the value of the response's header " + std::string(name) +
                               " must be a string without line breaks");
    for (const std::string_view ours : {"Content-Length", "Connection", "Date", "Transfer-Encoding"})
      if (same_name(name, ours)) return;
    if (same_name(name, "Content-Type")) has_type_ = true;
    add_header(out, name, text_at(L_, -1));
  }

  lua_State* L_;
  int table_;
  bool has_type_ = false;
};

void write_table(lua_State* L, int index, const response_frame& frame, std::string& out) {
  table_response from(L, index);
  const int status = from.status();
  std::string headers, made;
  from.headers(headers);
  std::string_view type;
  const std::string_view body = from.body(made, type);
  begin_head(out, frame, status);
  if (!from.has_type() && !has_no_body(status)) add_header(out, "Content-Type", type);
  out += headers;
  end_head(out, frame, status, body);
}

}  // namespace

std::string_view reason_of(int status) noexcept {
  const auto reason = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
  return {reason.data(), reason.size()};
}

std::string_view date_text::now() {
  const std::time_t second = std::time(nullptr);
  if (second != second_) {
    second_ = second;
    std::tm parts{};
    ::gmtime_r(&second, &parts);
    char text[64];
    text_.assign(text, std::strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &parts));
  }
  return text_;
}

void write_response(std::string& out, const response_frame& frame, int status, std::string_view type,
                    std::string_view body) {
  begin_head(out, frame, status);
  if (!has_no_body(status)) add_header(out, "Content-Type", type);
  end_head(out, frame, status, body);
}

void write_not_allowed(std::string& out, const response_frame& frame, std::string_view allowed) {
  constexpr int status = 405;
  const std::string_view text = reason_of(status);
  begin_head(out, frame, status);
  add_header(out, "Allow", allowed);
  add_header(out, "Content-Type", plain_text);
  end_head(out, frame, status, text);
}

void write_returned(lua_State* L, int index, const response_frame& frame, std::string& out) {
  switch (lua_type(L, index)) {
    case LUA_TSTRING: {
      const std::string_view text = text_at(L, index);
      return write_response(out, frame, 200, text.starts_with('<') ? html_text : plain_text, text);
    }
    case LUA_TNIL:
      return write_response(out, frame, 204, {}, {});
    case LUA_TTABLE:
      return write_table(L, index, frame, out);
    default:
      throw std::runtime_error(std::string("a handler must return a string, a table or nil, not a ") +
                               lua_typename(L, lua_type(L, index)));
  }
}

}  // namespace plua::web
