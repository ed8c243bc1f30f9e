# plua_generate_extension_list(<target>)
#
# <layer>/ext/foo_ext.cpp defines plua::foo_extensions. The generated file names all of them, so
# that a new family is a new file and nothing else, and no linker drops one from the static library.
function(plua_generate_extension_list target)
  get_property(files GLOBAL PROPERTY PLUA_EXTENSIONS)
  set(names "")
  foreach(file IN LISTS files)
    cmake_path(GET file STEM name)
    string(REGEX REPLACE "_ext$" "" name "${name}")
    if(name IN_LIST names)
      message(FATAL_ERROR "Two extension families are called '${name}'; the second is ${file}")
    endif()
    list(APPEND names ${name})
  endforeach()
  list(SORT names)

  set(declarations "")
  set(addresses "")
  foreach(name IN LISTS names)
    string(APPEND declarations "extern const extension_set ${name}_extensions;\n")
    string(APPEND addresses "&${name}_extensions, ")
  endforeach()
  if(names)
    set(body "  static constexpr const extension_set* sets[] = {${addresses}};\n  return sets;\n")
  else()
    set(body "  return {};\n")
  endif()
  set(generated ${PROJECT_BINARY_DIR}/generated/builtin_extensions.cpp)
  file(CONFIGURE OUTPUT ${generated} @ONLY CONTENT
"// Generated from the files <layer>/ext/*_ext.cpp.
#include <plua/core/registry.hpp>

#include <span>

namespace plua {

@declarations@
std::span<const extension_set* const> builtin_extensions() {
@body@}

}  // namespace plua
")
  target_sources(${target} PRIVATE ${generated})
endfunction()
