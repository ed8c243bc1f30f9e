# Each folder examples/<name>/ with C++ files is a program that embeds plua. Built here against the
# tree; the test install.embed builds examples/embed/ against an installed plua as well.
file(GLOB folders CONFIGURE_DEPENDS LIST_DIRECTORIES true ${PROJECT_SOURCE_DIR}/examples/*)
foreach(folder IN LISTS folders)
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cpp)
  if(sources)
    cmake_path(GET folder FILENAME name)
    add_executable(example_${name} ${sources})
    set_target_properties(example_${name} PROPERTIES
      RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/examples)
    target_link_libraries(example_${name} PRIVATE plua::plua)
    plua_warnings(example_${name})
  endif()
endforeach()
