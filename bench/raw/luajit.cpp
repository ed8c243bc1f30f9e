// SPDX-License-Identifier: MIT
// Runs a script with the LuaJIT library that nginx brings along, whose package excludes the one of the
// command: luajit FILE [ARG...] or luajit -e CHUNK.
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <string_view>

namespace {

struct lua_State;

template <class Function>
Function* symbol(void* library, const char* name) {
  if (void* found = ::dlsym(library, name)) return reinterpret_cast<Function*>(found);
  std::fprintf(stderr, "luajit: %s\n", ::dlerror());
  std::exit(1);
}

constexpr int globals = -10002;  // LUA_GLOBALSINDEX of Lua 5.1

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const bool chunk = argv[1] == std::string_view("-e");
  if (chunk && argc < 3) return 2;
  // Global, because the modules take Lua's functions from the process.
  void* library = ::dlopen("libluajit-5.1.so.2", RTLD_NOW | RTLD_GLOBAL);
  if (!library) {
    std::fprintf(stderr, "luajit: %s\n", ::dlerror());
    return 1;
  }
  lua_State* L = symbol<lua_State*()>(library, "luaL_newstate")();
  symbol<void(lua_State*)>(library, "luaL_openlibs")(L);
  symbol<void(lua_State*, int, int)>(library, "lua_createtable")(L, argc, 0);
  for (int i = 0; i < argc; ++i) {
    symbol<void(lua_State*, const char*)>(library, "lua_pushstring")(L, argv[i]);
    symbol<void(lua_State*, int, int)>(library, "lua_rawseti")(L, -2, i - 1);
  }
  symbol<void(lua_State*, int, const char*)>(library, "lua_setfield")(L, globals, "arg");
  int status = symbol<int(lua_State*, const char*)>(library, chunk ? "luaL_loadstring" : "luaL_loadfile")(
      L, argv[chunk ? 2 : 1]);
  if (status == 0) status = symbol<int(lua_State*, int, int, int)>(library, "lua_pcall")(L, 0, 0, 0);
  if (status != 0) {
    const char* text =
        symbol<const char*(lua_State*, int, std::size_t*)>(library, "lua_tolstring")(L, -1, nullptr);
    std::fprintf(stderr, "luajit: %s\n", text ? text : "error");
  }
  symbol<void(lua_State*)>(library, "lua_close")(L);
  return status == 0 ? 0 : 1;
}
