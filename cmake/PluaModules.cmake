# plua_embed_modules(<target> <folder>)
#
# Every .lua file below the folder becomes a part of the program: a/b.lua is the module "a.b",
# a/init.lua the module "a". The assembler takes the bytes in, so size costs no compile time, and
# an edited module recompiles its own small file only.
function(plua_embed_modules target folder)
  set(root ${PROJECT_SOURCE_DIR}/${folder})
  set(out ${PROJECT_BINARY_DIR}/generated/modules)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE ${root} ${root}/*.lua)
  list(SORT files)

  set(declarations "")
  set(rows "")
  set(names "")
  foreach(file IN LISTS files)
    string(REGEX REPLACE "(/init)?\\.lua$" "" name "${file}")
    string(REPLACE "/" "." name "${name}")
    if(name IN_LIST names)
      message(FATAL_ERROR "Two files of ${folder} are the module '${name}'")
    endif()
    list(APPEND names ${name})
    # A hash, because "a.b" and "a_b" would make the same identifier.
    string(MD5 hash "${name}")
    set(symbol plua_module_${hash})
    file(CONFIGURE OUTPUT ${out}/${name}.cpp @ONLY CONTENT
"// Generated: holds the text of @folder@/@file@.
__asm__(\".section .rodata\\n\"
        \".global @symbol@, @symbol@_end\\n\"
        \".hidden @symbol@, @symbol@_end\\n\"
        \"@symbol@:\\n\"
        \".incbin \\\"@root@/@file@\\\"\\n\"
        \"@symbol@_end:\\n\"
        \".byte 0\\n\"
        \".previous\\n\");
")
    set_source_files_properties(${out}/${name}.cpp PROPERTIES OBJECT_DEPENDS ${root}/${file})
    target_sources(${target} PRIVATE ${out}/${name}.cpp)
    string(APPEND declarations "extern \"C\" const char ${symbol}[], ${symbol}_end[];\n")
    string(APPEND rows "      {\"${name}\", between(${symbol}, ${symbol}_end)},\n")
  endforeach()

  if(files)
    set(body "  static const embedded_module modules[] = {\n${rows}  };\n  return modules;\n")
  else()
    set(body "  return {};\n")
  endif()
  file(CONFIGURE OUTPUT ${out}.cpp @ONLY CONTENT
"// Generated from the files @folder@/**.lua.
#include <plua/core/modules.hpp>

#include <cstddef>
#include <span>
#include <string_view>

#pragma GCC visibility push(hidden)
@declarations@#pragma GCC visibility pop

namespace plua {

namespace {
[[maybe_unused]] std::string_view between(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}
}  // namespace

std::span<const embedded_module> embedded_modules() {
@body@}

}  // namespace plua
")
  target_sources(${target} PRIVATE ${out}.cpp)
endfunction()
