# Installs the build into a fresh prefix, then builds and runs the embedding example against it, as
# a user of the package does. Takes: build, source, work, generator, compiler, build_type, flags.
file(REMOVE_RECURSE ${work})

function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

run(${CMAKE_COMMAND} --install ${build} --prefix ${work}/prefix)
run(${CMAKE_COMMAND} -S ${source} -B ${work}/build -G ${generator}
  -DCMAKE_PREFIX_PATH=${work}/prefix
  -DCMAKE_CXX_COMPILER=${compiler}
  -DCMAKE_BUILD_TYPE=${build_type}
  "-DCMAKE_CXX_FLAGS=${flags}"
  -DCMAKE_RUNTIME_OUTPUT_DIRECTORY=${work}/bin)
run(${CMAKE_COMMAND} --build ${work}/build)

file(GLOB programs ${work}/bin/*)
if(NOT programs)
  message(FATAL_ERROR "The example built no program")
endif()
foreach(program IN LISTS programs)
  run(${program})
endforeach()
