# Compiles through ccache where it is installed and nothing else was chosen.
if(NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(PLUA_CCACHE ccache)
  mark_as_advanced(PLUA_CCACHE)
  if(PLUA_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${PLUA_CCACHE})
  endif()
endif()
