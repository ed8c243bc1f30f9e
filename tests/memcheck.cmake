# The same unit tests and the specs named in valgrind.list again under valgrind. They run by
# `ctest -C memcheck -L memcheck` only, which is what `./dev valgrind` does.
find_program(VALGRIND_PROGRAM valgrind)
mark_as_advanced(VALGRIND_PROGRAM)
if(NOT VALGRIND_PROGRAM OR PLUA_SANITIZE)
  return()
endif()

set(memcheck ${VALGRIND_PROGRAM} --quiet --error-exitcode=99 --leak-check=full
    --show-leak-kinds=definite,indirect --errors-for-leak-kinds=definite,indirect --num-callers=30)

# plua_memcheck(<name> <command>...)
function(plua_memcheck name)
  add_test(NAME memcheck.${name} COMMAND ${memcheck} ${ARGN}
    CONFIGURATIONS memcheck WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(memcheck.${name} PROPERTIES
    LABELS memcheck TIMEOUT 600 ENVIRONMENT "${test_environment};PLUA_MEMCHECK=1")
endfunction()

foreach(test IN LISTS unit_tests)
  string(REGEX MATCH "^(core|coro|net)\\.(.*)$" matched "${test}")
  if(matched)
    plua_memcheck(${test} $<TARGET_FILE:plua_${CMAKE_MATCH_1}_test> --run_test=${CMAKE_MATCH_2})
  endif()
endforeach()

set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS valgrind.list)
file(STRINGS valgrind.list names REGEX "^[^#]")
foreach(name IN LISTS names)
  if(TARGET plua_cli AND EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/spec/${name})
    string(REGEX REPLACE "_spec\\.lua$" "" stem "${name}")
    plua_memcheck(spec.${stem} $<TARGET_FILE:plua_cli> ${CMAKE_CURRENT_SOURCE_DIR}/spec/${name})
  else()
    message(WARNING "tests/valgrind.list names a missing spec: ${name}")
  endif()
endforeach()
