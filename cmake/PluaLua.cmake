# plua_find_lua(use_cxx): defines plua::lua, the static Lua 5.4 library. Used by the build and by
# the installed package. Static, because C modules take the API from the process that loads them.
function(plua_find_lua use_cxx)
  if(TARGET plua::lua)
    return()
  endif()
  if(use_cxx)
    set(file liblua5.4-c++.a)
  else()
    set(file liblua5.4.a)
  endif()
  # One cache entry per flavour, so that switching the option in a build tree has its effect.
  string(MAKE_C_IDENTIFIER "PLUA_${file}" library)
  find_library(${library} NAMES ${file} DOC "Static Lua 5.4 library")
  find_path(PLUA_LUA_INCLUDE_DIR NAMES lua.hpp PATH_SUFFIXES lua5.4 lua-5.4 DOC "Folder of lua.hpp")
  mark_as_advanced(${library} PLUA_LUA_INCLUDE_DIR)
  if(NOT ${library} OR NOT PLUA_LUA_INCLUDE_DIR)
    message(FATAL_ERROR "plua needs ${file} and lua.hpp of Lua 5.4 (Debian: liblua5.4-dev)")
  endif()
  add_library(plua::lua STATIC IMPORTED GLOBAL)
  set_target_properties(plua::lua PROPERTIES
    IMPORTED_LOCATION "${${library}}"
    IMPORTED_LINK_INTERFACE_LANGUAGES CXX
    INTERFACE_INCLUDE_DIRECTORIES "${PLUA_LUA_INCLUDE_DIR}"
    INTERFACE_LINK_LIBRARIES "m;${CMAKE_DL_LIBS}")
endfunction()
