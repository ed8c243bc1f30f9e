# plua_warnings(target): the warnings of our own code, never of an embedder's.
# Without -Wnon-virtual-dtor, which blames every class derived from Boost's error_category and every
# protected destructor beside a friend; -Wall has -Wdelete-non-virtual-dtor, which finds the real fault.
function(plua_warnings target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wshadow -Woverloaded-virtual
    $<$<BOOL:${PLUA_WERROR}>:-Werror>)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # GCC bug 105651: false alarms inside std::string's operator+ at -O2.
    target_compile_options(${target} PRIVATE -Wno-restrict -Wno-array-bounds)
  endif()
endfunction()
