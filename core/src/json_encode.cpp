// SPDX-License-Identifier: MIT
#include <plua/core/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

namespace plua::json {
namespace {

// What a byte of a string needs: nothing, an escape, or a look at the character that it begins.
enum class kind : std::uint8_t { plain, escape, multibyte };

constexpr std::array<kind, 256> kinds = [] {
  std::array<kind, 256> made{};
  for (std::size_t i = 0; i < 256; ++i)
    made[i] = i >= 0x80                                        ? kind::multibyte
              : i < 0x20 || i == '"' || i == '\\' || i == 0x7f ? kind::escape
                                                               : kind::plain;
  return made;
}();

constexpr char hex_digits[] = "0123456789abcdef";

class writer {
 public:
  writer(lua_State* L, const format& how, std::string& out) : L_(L), how_(how), out_(out) {}

  void write(int index) {
    switch (lua_type(L_, index)) {
      case LUA_TNIL:
        out_ += "null";
        break;
      case LUA_TBOOLEAN:
        out_ += lua_toboolean(L_, index) ? "true" : "false";
        break;
      case LUA_TNUMBER:
        write_number(index);
        break;
      case LUA_TSTRING: {
        std::size_t size = 0;
        const char* text = lua_tolstring(L_, index, &size);
        write_string({text, size});
        break;
      }
      case LUA_TTABLE:
        write_table(index);
        break;
      case LUA_TLIGHTUSERDATA:
        if (!lua_touserdata(L_, index)) {
          out_ += "null";
          break;
        }
        [[fallthrough]];
      default:
        refuse(errc::not_representable, lua_typename(L_, lua_type(L_, index)));
    }
  }

 private:
  [[noreturn]] static void refuse(errc why, std::string_view what = {}) {
    throw failure(why, "JSON encode error", what);
  }

  void write_number(int index) {
    char text[64];
    char* end = text;
    if (lua_isinteger(L_, index)) {
      end = std::to_chars(text, text + sizeof(text), lua_tointegerx(L_, index, nullptr)).ptr;
    } else {
      const double n = lua_tonumberx(L_, index, nullptr);
      if (!std::isfinite(n)) refuse(errc::not_finite);
      end = std::to_chars(text, text + sizeof(text), n).ptr;
      // A float stays one when it is read again.
      if (std::none_of(text, end, [](char c) { return c == '.' || c == 'e'; })) {
        *end++ = '.';
        *end++ = '0';
      }
    }
    out_.append(text, end);
  }

  void write_string(std::string_view s) {
    out_ += '"';
    std::size_t done = 0;
    for (std::size_t i = plain_length(s, 0); i < s.size(); i = plain_length(s, i)) {
      const auto byte = static_cast<unsigned char>(s[i]);
      const std::size_t begin = i;
      if (kinds[byte] == kind::multibyte) {
        const char32_t c = character(s, i);
        if (!how_.ascii) continue;
        out_.append(s, done, begin - done);
        write_unicode(c);
      } else {
        out_.append(s, done, begin - done);
        write_escape(byte);
        ++i;
      }
      done = i;
    }
    out_.append(s, done);
    out_ += '"';
  }

  // Where the bytes end that go out as they are, from `i` on. Eight at a time.
  static std::size_t plain_length(std::string_view s, std::size_t i) {
    constexpr std::uint64_t ones = 0x0101010101010101, highs = 0x8080808080808080;
    const auto zero_byte = [](std::uint64_t v) { return (v - ones) & ~v & highs; };
    for (; i + 8 <= s.size(); i += 8) {
      std::uint64_t eight;
      std::memcpy(&eight, s.data() + i, 8);
      const std::uint64_t below_space = (eight - ones * 0x20) & ~eight & highs;
      const std::uint64_t special =
          zero_byte(eight ^ ones * '"') | zero_byte(eight ^ ones * '\\') | zero_byte(eight ^ ones * 0x7f);
      if ((below_space | special | (eight & highs)) != 0) break;
    }
    while (i < s.size() && kinds[static_cast<unsigned char>(s[i])] == kind::plain) ++i;
    return i;
  }

  // The character at `i`, which moves behind it.
  static char32_t character(std::string_view s, std::size_t& i) {
    const auto at = [&](std::size_t n) { return n < s.size() ? static_cast<unsigned char>(s[n]) : 0u; };
    const unsigned lead = at(i);
    const unsigned length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    char32_t c = lead & (0xffu >> (length + 1));
    bool valid = lead >= 0xc2 && lead <= 0xf4;
    for (std::size_t n = 1; n < length; ++n) {
      valid = valid && (at(i + n) & 0xc0) == 0x80;
      c = c << 6 | (at(i + n) & 0x3f);
    }
    valid = valid && c >= (length == 4 ? 0x10000u : length == 3 ? 0x800u : 0x80u);
    if (!valid || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) refuse(errc::not_utf8);
    i += length;
    return c;
  }

  void write_escape(unsigned char byte) {
    static constexpr std::string_view named = "\"\\\b\f\n\r\t";
    static constexpr std::string_view names = "\"\\bfnrt";
    const std::size_t at = named.find(static_cast<char>(byte));
    if (at == named.npos) return write_unit(byte);
    out_ += '\\';
    out_ += names[at];
  }

  void write_unicode(char32_t c) {
    if (c >= 0x10000) {
      c -= 0x10000;
      write_unit(static_cast<unsigned>(0xd800 + (c >> 10)));
      c = 0xdc00 + (c & 0x3ff);
    }
    write_unit(static_cast<unsigned>(c));
  }

  void write_unit(unsigned unit) {
    out_ += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) out_ += hex_digits[unit >> shift & 0xf];
  }

  void write_table(int index) {
    const void* identity = lua_topointer(L_, index);
    if (std::find(open_.begin(), open_.end(), identity) != open_.end()) refuse(errc::cycle);
    if (open_.size() >= static_cast<std::size_t>(depth_limit)) refuse(errc::too_deep);
    lua_checkstack(L_, LUA_MINSTACK);
    open_.push_back(identity);
    if (!write_array(index)) write_object(index);
    open_.pop_back();
  }

  // False, with nothing written, when the table is none.
  bool write_array(int index) {
    const auto size = static_cast<lua_Integer>(lua_rawlen(L_, index));
    if (size == 0) {
      lua_pushnil(L_);
      if (lua_next(L_, index)) {
        lua_pop(L_, 2);
        return false;
      }
      if (!has_array_mark(L_, index)) return false;
      out_ += "[]";
      return true;
    }
    if (!keys_are_indexes(index, size)) return false;
    out_ += '[';
    for (lua_Integer i = 1; i <= size; ++i) {
      if (i > 1) separate();
      new_line();
      lua_rawgeti(L_, index, i);
      write(lua_gettop(L_));
      lua_pop(L_, 1);
    }
    close(']');
    return true;
  }

  bool keys_are_indexes(int index, lua_Integer size) {
    // In a table without a hash part nothing follows the last element: then only holes need to be looked for.
    lua_pushinteger(L_, size);
    const bool more = lua_next(L_, index) != 0;
    if (more) lua_pop(L_, 2);
    if (!more) {
      for (lua_Integer i = 1; i <= size; ++i) {
        const bool hole = lua_rawgeti(L_, index, i) == LUA_TNIL;
        lua_pop(L_, 1);
        if (hole) return false;
      }
      return true;
    }
    lua_Integer count = 0;
    lua_pushnil(L_);
    while (lua_next(L_, index)) {
      lua_pop(L_, 1);
      const lua_Integer key = lua_isinteger(L_, -1) ? lua_tointegerx(L_, -1, nullptr) : 0;
      if (key < 1 || key > size) {
        lua_pop(L_, 1);
        return false;
      }
      ++count;
    }
    return count == size;
  }

  void write_object(int index) {
    if (how_.sorted) return write_sorted(index);
    out_ += '{';
    bool first = true;
    lua_pushnil(L_);
    while (lua_next(L_, index)) {
      if (!std::exchange(first, false)) separate();
      new_line();
      const int value = lua_gettop(L_);
      write_key(value - 1);
      write(value);
      lua_pop(L_, 1);
    }
    first ? void(out_ += '}') : close('}');
  }

  struct member {
    std::ptrdiff_t rank;
    std::string_view name;
    std::string owned;  // of a name that was a number
    int key;            // where it lies on the stack

    std::string_view text() const { return owned.empty() ? name : owned; }
  };

  void write_sorted(int index) {
    const int first = lua_gettop(L_) + 1;
    std::vector<member> members;
    lua_pushnil(L_);
    while (lua_next(L_, index)) {
      lua_pop(L_, 1);
      if (!lua_checkstack(L_, LUA_MINSTACK)) refuse(errc::too_deep);
      members.push_back(member_at(lua_gettop(L_)));
      lua_pushvalue(L_, -1);  // one stays, one is for lua_next
    }
    std::sort(members.begin(), members.end(), [](const member& a, const member& b) {
      return a.rank != b.rank ? a.rank < b.rank : a.text() < b.text();
    });
    out_ += '{';
    for (const member& m : members) {
      if (&m != &members.front()) separate();
      new_line();
      write_string(m.text());
      after_key();
      lua_pushvalue(L_, m.key);
      lua_rawget(L_, index);
      write(lua_gettop(L_));
      lua_pop(L_, 1);
    }
    members.empty() ? void(out_ += '}') : close('}');
    lua_settop(L_, first - 1);
  }

  member member_at(int key) {
    member made{std::ssize(how_.first_keys), {}, {}, key};
    if (lua_type(L_, key) == LUA_TNUMBER) {
      out_.swap(made.owned);
      write_number(key);
      out_.swap(made.owned);
      return made;
    }
    made.name = text_of_key(key);
    made.rank = rank_of(made.name);
    return made;
  }

  std::ptrdiff_t rank_of(std::string_view name) const {
    return std::ranges::find(how_.first_keys, name) - how_.first_keys.begin();
  }

  std::string_view text_of_key(int index) {
    if (lua_type(L_, index) != LUA_TSTRING) refuse(errc::bad_key, lua_typename(L_, lua_type(L_, index)));
    std::size_t size = 0;
    const char* text = lua_tolstring(L_, index, &size);
    return {text, size};
  }

  void write_key(int index) {
    if (lua_type(L_, index) == LUA_TNUMBER) {  // not changed in place: lua_next needs it as it is
      out_ += '"';
      write_number(index);
      out_ += '"';
    } else {
      write_string(text_of_key(index));
    }
    after_key();
  }

  void after_key() {
    out_ += ':';
    out_ += how_.after_colon;
  }

  void separate() {
    out_ += ',';
    if (how_.indent == 0) out_ += how_.after_comma;
  }
  void new_line() { new_line_at(open_.size()); }
  void new_line_at(std::size_t level) {
    if (how_.indent == 0) return;
    out_ += '\n';
    out_.append(level * static_cast<std::size_t>(how_.indent), ' ');
  }
  void close(char bracket) {
    new_line_at(open_.size() - 1);
    out_ += bracket;
  }

  lua_State* L_;
  const format& how_;
  std::string& out_;
  std::vector<const void*> open_;  // the tables around the value
};

}  // namespace

void encode(lua_State* L, int index, const format& how, std::string& out) {
  const int top = lua_gettop(L);
  lua_checkstack(L, LUA_MINSTACK);
  try {
    writer(L, how, out).write(lua_absindex(L, index));
  } catch (...) {
    lua_settop(L, top);
    throw;
  }
}

}  // namespace plua::json
