# plua_library(<layer> [<lower layer>...] [DEFINES <definition>...] [LINKS <external library>...])
#
# One layer = the folder of that name = the object library plua_<layer>. It exposes only its own
# include/ and sees only the layers it names, so an upward #include does not compile.
function(plua_library layer)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "DEFINES;LINKS")
  set(folder ${PROJECT_SOURCE_DIR}/${layer})
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/src/*.cpp ${folder}/src/*/*.cpp ${folder}/ext/*_ext.cpp)
  file(GLOB extensions CONFIGURE_DEPENDS ${folder}/ext/*_ext.cpp)

  if(sources)
    set(scope PUBLIC)
    add_library(plua_${layer} OBJECT ${sources})
    plua_warnings(plua_${layer})
    set_property(GLOBAL APPEND PROPERTY PLUA_OBJECTS $<TARGET_OBJECTS:plua_${layer}>)
  else()
    set(scope INTERFACE)
    add_library(plua_${layer} INTERFACE)
  endif()
  target_include_directories(plua_${layer} ${scope} ${folder}/include)
  target_compile_features(plua_${layer} ${scope} cxx_std_20)
  target_compile_definitions(plua_${layer} ${scope} ${arg_DEFINES})
  target_link_libraries(plua_${layer} ${scope} ${arg_LINKS})
  foreach(lower IN LISTS arg_UNPARSED_ARGUMENTS)
    target_link_libraries(plua_${layer} ${scope} plua_${lower})
  endforeach()
  set_source_files_properties(${folder}/src/version.cpp
    PROPERTIES COMPILE_DEFINITIONS "PLUA_VERSION=\"${PROJECT_VERSION}\"")

  set_property(GLOBAL APPEND PROPERTY PLUA_LAYERS ${layer})
  set_property(GLOBAL APPEND PROPERTY PLUA_EXTENSIONS ${extensions})
  set_property(GLOBAL APPEND PROPERTY PLUA_DEFINES ${arg_DEFINES})
  set_property(GLOBAL APPEND PROPERTY PLUA_LINKS ${arg_LINKS})
endfunction()

# plua_static_library(<target>): all layers in one library, for the program, the tests and embedders.
function(plua_static_library target)
  get_property(layers GLOBAL PROPERTY PLUA_LAYERS)
  get_property(objects GLOBAL PROPERTY PLUA_OBJECTS)
  get_property(defines GLOBAL PROPERTY PLUA_DEFINES)
  get_property(links GLOBAL PROPERTY PLUA_LINKS)

  add_library(${target} STATIC ${objects})
  add_library(plua::${target} ALIAS ${target})
  plua_warnings(${target})
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_compile_definitions(${target} PUBLIC ${defines})
  foreach(layer IN LISTS layers)
    target_include_directories(${target} PUBLIC
      $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/${layer}/include>)
  endforeach()
  # C modules look for every lua_* function in the process, also for those that plua never calls:
  # take all of Lua, and export it and nothing else (ENABLE_EXPORTS would export Asio too).
  list(TRANSFORM links REPLACE "^plua::lua$" "$<LINK_LIBRARY:WHOLE_ARCHIVE,plua::lua>")
  target_link_libraries(${target} PUBLIC ${links})
  target_link_options(${target} INTERFACE "LINKER:--export-dynamic-symbol=lua*")
endfunction()
