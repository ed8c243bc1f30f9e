// SPDX-License-Identifier: MIT
#include "config.hpp"

#include "script.hpp"
#include <plua/coro/source_text.hpp>

#include <cstdlib>
#include <filesystem>
#include <string_view>

namespace plua::cli {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> config_files() {
  constexpr std::string_view name = ".plua.lua";
  std::vector<std::string> found;
  std::error_code ignored;
  const char* home = std::getenv("HOME");
  if (home && *home) found.push_back((fs::path(home) / name).string());
  const std::string here = "./" + std::string(name);
  const bool same = !found.empty() && fs::equivalent(found[0], here, ignored);
  if (!same) found.push_back(here);
  std::erase_if(found, [&](const std::string& path) { return !fs::exists(path, ignored); });
  return found;
}

// The file is a chunk that returns a table, or nothing but the table.
function compile(runtime& r, const std::string& path) {
  const std::string text = read_source(path);
  const std::string_view source = without_head(text);
  const std::string name = "@" + path;
  try {
    return r.load(source, name);
  } catch (const script_error& chunk) {
    try {
      return r.load("return " + std::string(source), name);
    } catch (const script_error&) {
      // A chunk cannot begin with a table: then what is wrong within the table says more.
      if (!std::string_view(chunk.what()).ends_with("near '{'")) throw chunk;
      throw;
    }
  }
}

ptr<task> start_config(runtime& r, const std::string& path) { return start(r, compile(r, path), {}); }

// Copies the table that the task returned into _PY.pluaconfig. Throws script_error when it is none.
void merge(runtime& r, const task& t) {
  lua_State* L = r.lua();
  const int top = lua_gettop(L);
  lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  for (const char* name : {"_PY", "pluaconfig"}) {
    lua_pushstring(L, name);
    if (lua_istable(L, -2))
      lua_rawget(L, -2);
    else
      lua_pop(L, 1);
  }
  const int target = lua_gettop(L);
  t.push_results(L);
  const int given = target + 1;
  if (!lua_istable(L, given) || !lua_istable(L, target)) {
    lua_settop(L, top);
    throw script_error("it must return a table", {});
  }
  lua_settop(L, given);
  for (lua_pushnil(L); lua_next(L, given); lua_pop(L, 1)) {
    lua_pushvalue(L, -2);
    lua_pushvalue(L, -2);
    lua_rawset(L, target);
  }
  lua_settop(L, top);
}

}  // namespace

asio::awaitable<void> load_config(runtime& r, const diagnostics& out) {
  for (const std::string& path : config_files()) {
    out.debug("config " + path);
    std::string problem;
    try {
      const ptr<task> t = start_config(r, path);
      co_await r.join(t);
      merge(r, *t);
    } catch (const std::exception& e) {
      problem = e.what();
    }
    if (!problem.empty()) out.warn("Failed to load config from " + path + ": " + problem);
  }
}

}  // namespace plua::cli
