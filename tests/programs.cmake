# What runs the plua program: Lua specs, shell tests of the command, the examples.
file(GLOB specs CONFIGURE_DEPENDS spec/*_spec.lua)
foreach(spec IN LISTS specs)
  cmake_path(GET spec STEM name)
  string(REGEX REPLACE "_spec$" "" name "${name}")
  plua_test(spec.${name} 120 plua_cli ${spec})
endforeach()

# Whole programs in the way of PLua's users, with the output that they must have.
file(GLOB programs CONFIGURE_DEPENDS programs/*.lua)
foreach(program IN LISTS programs)
  cmake_path(GET program STEM name)
  plua_test(program.${name} 90 ${BASH_PROGRAM} ${CMAKE_CURRENT_SOURCE_DIR}/programs/run.sh
    $<TARGET_FILE:plua_cli> ${program})
endforeach()

file(GLOB scripts CONFIGURE_DEPENDS cli/*_test.sh)
foreach(script IN LISTS scripts)
  cmake_path(GET script STEM name)
  string(REGEX REPLACE "_test$" "" name "${name}")
  plua_test(cli.${name} 120 ${BASH_PROGRAM} ${script} $<TARGET_FILE:plua_cli> ${PROJECT_SOURCE_DIR})
endforeach()

file(GLOB scripts CONFIGURE_DEPENDS peers/*_test.sh)
foreach(script IN LISTS scripts)
  cmake_path(GET script STEM name)
  string(REGEX REPLACE "_test$" "" name "${name}")
  plua_test(peers.${name} 120 ${BASH_PROGRAM} ${script} $<TARGET_FILE:plua_cli> ${PROJECT_SOURCE_DIR})
  set_tests_properties(peers.${name} PROPERTIES SKIP_RETURN_CODE 77)
endforeach()

if(PLUA_BUILD_EXAMPLES)
  file(GLOB examples CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/examples/*.lua)
  foreach(example IN LISTS examples)
    cmake_path(GET example STEM name)
    plua_test(example.${name} 90 ${BASH_PROGRAM} ${CMAKE_CURRENT_SOURCE_DIR}/examples/run.sh
      $<TARGET_FILE:plua_cli> ${example})
  endforeach()

  if(EXISTS ${PROJECT_SOURCE_DIR}/examples/embed/CMakeLists.txt)
    string(JOIN " " flags ${PLUA_SANITIZE_FLAGS})
    plua_test(install.embed 600 ${CMAKE_COMMAND}
      -Dbuild=${PROJECT_BINARY_DIR}
      -Dsource=${PROJECT_SOURCE_DIR}/examples/embed
      -Dwork=${CMAKE_CURRENT_BINARY_DIR}/install
      -Dgenerator=${CMAKE_GENERATOR}
      -Dcompiler=${CMAKE_CXX_COMPILER}
      -Dbuild_type=${CMAKE_BUILD_TYPE}
      -Dflags=${flags}
      -P ${CMAKE_CURRENT_SOURCE_DIR}/install/embed.cmake)
  endif()
endif()
