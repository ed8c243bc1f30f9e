# One Boost.Test program per layer from tests/<layer>/*_test.cpp, one CTest entry per file: the
# file's stem is the name of its suite, so entries run in parallel and are counted.
set(unit_tests "")
get_property(layers GLOBAL PROPERTY PLUA_LAYERS)
file(GLOB support CONFIGURE_DEPENDS support/*.cpp)
foreach(layer IN LISTS layers)
  file(GLOB sources CONFIGURE_DEPENDS ${layer}/*_test.cpp)
  if(NOT sources)
    continue()
  endif()
  set(main ${CMAKE_CURRENT_BINARY_DIR}/${layer}_main.cpp)
  file(CONFIGURE OUTPUT ${main} @ONLY CONTENT
"#define BOOST_TEST_MODULE plua_@layer@
#include <boost/test/unit_test.hpp>
")
  add_executable(plua_${layer}_test ${main} ${support} ${sources})
  target_compile_definitions(plua_${layer}_test PRIVATE
    BOOST_TEST_DYN_LINK PLUA_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_include_directories(plua_${layer}_test PRIVATE support)
  target_link_libraries(plua_${layer}_test PRIVATE plua::plua Boost::unit_test_framework)
  plua_warnings(plua_${layer}_test)

  foreach(source IN LISTS sources)
    cmake_path(GET source STEM suite)
    string(REGEX REPLACE "_test$" "" suite "${suite}")
    plua_test(${layer}.${suite} 120 plua_${layer}_test --run_test=${suite})
    list(APPEND unit_tests ${layer}.${suite})
  endforeach()
endforeach()
