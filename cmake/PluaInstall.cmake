# What `cmake --install` puts where: program, library, headers and the package for find_package.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/plua)

install(TARGETS plua EXPORT pluaTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
if(TARGET plua_cli)
  install(TARGETS plua_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
get_property(layers GLOBAL PROPERTY PLUA_LAYERS)
foreach(layer IN LISTS layers)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${layer}/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
    FILES_MATCHING PATTERN "*.hpp")
endforeach()

install(EXPORT pluaTargets NAMESPACE plua:: DESTINATION ${package_dir})
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/pluaConfig.cmake.in
  ${PROJECT_BINARY_DIR}/pluaConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/pluaConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/pluaConfig.cmake
  ${PROJECT_BINARY_DIR}/pluaConfigVersion.cmake
  ${PROJECT_SOURCE_DIR}/cmake/PluaLua.cmake
  DESTINATION ${package_dir})
