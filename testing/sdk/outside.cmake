# Copies the project outside/ to WORK, builds it with the kit, and checks what comes out.
cmake_minimum_required(VERSION 3.25)

function(run output)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE text ERROR_VARIABLE text)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${ARGN} failed:\n${text}")
  endif()
  set(${output} "${text}" PARENT_SCOPE)
endfunction()

function(expect actual expected)
  if(NOT actual STREQUAL expected)
    message(FATAL_ERROR "expected:\n${expected}\nbut got:\n${actual}")
  endif()
endfunction()

function(configure_project output)
  run(text ${CMAKE_COMMAND} -S ${WORK}/source -B ${WORK}/build -G ${GENERATOR}
    -Dhermes-sdk_DIR=${SDK} -DHERMES_COMPONENT=${TOOL} ${ARGN})
  set(${output} "${text}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${WORK})
file(COPY ${SOURCE}/ DESTINATION ${WORK}/source)
configure_project(ignored)
run(ignored ${CMAKE_COMMAND} --build ${WORK}/build)

# The app is complete.
set(app ${WORK}/build/apps/outside)
foreach(file app.json from_list.wasm from_wit.wasm www/index.html)
  if(NOT EXISTS ${app}/${file})
    message(FATAL_ERROR "${file} is not in the app")
  endif()
endforeach()

# The components have the worlds that were asked for, and no WASI.
run(world ${TOOL} show ${app}/from_list.wasm)
expect("${world}" "import hermes:binary/api (types only)
import hermes:http-gateway/api (types only)
export hermes:http-gateway/event
")
run(world ${TOOL} show ${app}/from_wit.wasm)
expect("${world}" "import hermes:json/api (types only)
import hermes:logging/api
import app:outside/words (types only)
export hermes:init/event
export app:outside/greeter
")

# Nothing is built twice, and what a change reaches is built again.
run(text ${CMAKE_COMMAND} --build ${WORK}/build)
if(text MATCHES "Bindings|Compiling|Component")
  message(FATAL_ERROR "the second build did something:\n${text}")
endif()
file(APPEND ${WORK}/source/greeting.h "\n")
run(text ${CMAKE_COMMAND} --build ${WORK}/build)
if(NOT text MATCHES "Component from_wit" OR text MATCHES "Component from_list")
  message(FATAL_ERROR "a changed header did not rebuild just what includes it:\n${text}")
endif()

# A mistake is told.
execute_process(
  COMMAND ${CMAKE_COMMAND} -S ${WORK}/source -B ${WORK}/mistake -Dhermes-sdk_DIR=${SDK}
    -DHERMES_COMPONENT=${TOOL} -DMISTAKE=ON
  RESULT_VARIABLE status OUTPUT_QUIET ERROR_VARIABLE text)
if(status EQUAL 0 OR NOT text MATCHES "hermes_component\\(lost\\): EXPORTS are missing")
  message(FATAL_ERROR "a component without exports was not refused as it should be:\n${text}")
endif()
