// SPDX-License-Identifier: MIT
#include <plua/core/json.hpp>

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace plua::json {
namespace {

// So many values lie on the Lua stack before they go into their table: one that has no more is made in its
// final size, and the stack stays small in a long one.
constexpr int gathered = 64;

/// Gets the events of the parser and builds the values on the Lua stack. In an open array or object lie a
/// slot for its table, nil until it is made, and the values (in an object: keys and values) that are not in
/// it yet.
class builder {
 public:
  static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();

  void reset(lua_State* L, int null_index) {
    L_ = L;
    null_index_ = null_index;
    base_ = lua_gettop(L);
    open_.clear();
    text_.clear();
  }
  int base() const noexcept { return base_; }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }

  bool on_array_begin(error_code&) { return begin(false); }
  bool on_object_begin(error_code&) { return begin(true); }

  bool on_array_end(std::size_t n, error_code&) {
    const container c = open_.back();
    if (n == 0) {
      lua_createtable(L_, 0, 0);
      lua_replace(L_, c.slot);
      mark_array_at(c.slot);
    } else {
      store_array(c, static_cast<int>(std::min<std::size_t>(n, gathered)));
    }
    open_.pop_back();
    return added();
  }

  bool on_object_end(std::size_t n, error_code&) {
    store_object(open_.back(), static_cast<int>(std::min<std::size_t>(n, gathered)));
    open_.pop_back();
    return added();
  }

  bool on_key_part(boost::json::string_view s, std::size_t, error_code&) { return part(s); }
  bool on_key(boost::json::string_view s, std::size_t, error_code&) {
    push_text(s);
    return true;
  }
  bool on_string_part(boost::json::string_view s, std::size_t, error_code&) { return part(s); }
  bool on_string(boost::json::string_view s, std::size_t, error_code&) {
    push_text(s);
    return added();
  }

  bool on_number_part(boost::json::string_view s, error_code&) { return part(s); }
  bool on_int64(std::int64_t i, boost::json::string_view, error_code&) {
    text_.clear();
    lua_pushinteger(L_, i);
    return added();
  }
  bool on_uint64(std::uint64_t u, boost::json::string_view, error_code&) {
    text_.clear();
    lua_pushnumber(L_, static_cast<lua_Number>(u));
    return added();
  }
  // The parser's own number is not always the nearest one.
  bool on_double(double d, boost::json::string_view s, error_code&) {
    const bool whole = text_.empty();
    if (!whole) text_.append(s.data(), s.size());
    const char* begin = whole ? s.data() : text_.data();
    const char* end = begin + (whole ? s.size() : text_.size());
    double exact = d;
    const auto [at, ec] = std::from_chars(begin, end, exact);
    lua_pushnumber(L_, ec == std::errc() ? exact : d);
    text_.clear();
    return added();
  }

  bool on_bool(bool b, error_code&) {
    lua_pushboolean(L_, b);
    return added();
  }
  bool on_null(error_code&) {
    if (null_index_ != 0)
      lua_pushvalue(L_, null_index_);
    else
      lua_pushnil(L_);
    return added();
  }
  bool on_comment_part(boost::json::string_view, error_code&) { return true; }
  bool on_comment(boost::json::string_view, error_code&) { return true; }

 private:
  struct container {
    int slot;     // of the table
    int waiting;  // values, or pairs, on the stack
    bool object;
    lua_Integer stored;  // elements of an array that are in the table
  };

  bool begin(bool object) {
    lua_checkstack(L_, 2 * gathered + LUA_MINSTACK);  // its limit, a million, is far above the depth limit
    lua_pushnil(L_);
    open_.push_back({lua_gettop(L_), 0, object, 0});
    return true;
  }

  // A value is complete on top of the stack.
  bool added() {
    if (open_.empty()) return true;
    container& c = open_.back();
    if (++c.waiting < gathered) return true;
    if (c.object)
      store_object(c, 2 * gathered);
    else
      store_array(c, 2 * gathered);
    c.stored += c.waiting;
    c.waiting = 0;
    return true;
  }

  void make_table(const container& c, int array_size, int hash_size) {
    if (!lua_isnil(L_, c.slot)) return;
    lua_createtable(L_, array_size, hash_size);
    lua_replace(L_, c.slot);
  }

  void store_array(const container& c, int size) {
    make_table(c, size, 0);
    for (int i = c.waiting; i > 0; --i) lua_rawseti(L_, c.slot, c.stored + i);
  }

  // In their order: of equal keys the last one counts.
  void store_object(const container& c, int size) {
    make_table(c, 0, size);
    for (int i = 0; i < c.waiting; ++i) {
      lua_pushvalue(L_, c.slot + 1 + 2 * i);
      lua_pushvalue(L_, c.slot + 2 + 2 * i);
      lua_rawset(L_, c.slot);
    }
    lua_settop(L_, c.slot);
  }

  void mark_array_at(int slot) {
    lua_pushvalue(L_, slot);
    mark_array(L_);
    lua_pop(L_, 1);
  }

  bool part(boost::json::string_view s) {
    text_.append(s.data(), s.size());
    return true;
  }

  void push_text(boost::json::string_view s) {
    if (text_.empty()) {
      lua_pushlstring(L_, s.data(), s.size());
      return;
    }
    text_.append(s.data(), s.size());
    lua_pushlstring(L_, text_.data(), text_.size());
    text_.clear();
  }

  lua_State* L_ = nullptr;
  int null_index_ = 0;
  int base_ = 0;
  std::vector<container> open_;
  std::string text_;  // of a string or a number that comes in parts
};

std::string position(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t start = before.rfind('\n');
  const std::size_t column = start == before.npos ? at + 1 : at - start;
  return "line " + std::to_string(line) + " column " + std::to_string(column);
}

boost::json::parse_options options() {
  boost::json::parse_options made;
  made.max_depth = depth_limit;
  return made;
}

}  // namespace

void decode(lua_State* L, std::string_view text, int null_index) {
  using parser = boost::json::basic_parser<builder>;
  thread_local parser shared(options());
  thread_local bool busy = false;
  // A finalizer that runs in here may decode as well.
  std::optional<parser> own;
  if (busy) own.emplace(options());
  struct lease {
    bool was = std::exchange(busy, true);
    ~lease() { busy = was; }
  } taken;
  parser& p = own ? *own : shared;

  p.reset();
  builder& made = p.handler();
  made.reset(L, null_index);
  lua_checkstack(L, LUA_MINSTACK);
  error_code ec;
  std::size_t at = p.write_some(false, text.data(), text.size(), ec);
  if (!ec) {
    at = std::min(text.find_first_not_of(" \t\r\n", at), text.size());
    if (at < text.size()) ec = boost::json::error::extra_data;
  }
  if (!ec) return;
  lua_settop(L, made.base());
  throw failure(ec, "JSON parse error", position(text, at));
}

}  // namespace plua::json
