# hermes_library(<folder> [DEPS <folder or target>...] [TEST_DEPS <folder or target>...]
#                [TEST_SECONDS <seconds>])
#
# Makes one static library of the .cc files in the current folder. The *_test.cc become one test
# program, so a new file needs no edit here. A test that takes longer than TEST_SECONDS, 120 unless
# said otherwise, hangs: most take some milliseconds, under a sanitizer ten times that. Also checked:
#  - every header compiles on its own: x.h because x.cc includes it first, others by the target
#    `header_checks`;
#  - the library links with nothing but its DEPS, so a call against the layers does not build.
#
# A *_fuzz.cc holds LLVMFuzzerTestOneInput; with the address sanitizer it becomes the program
# <folder>_<name>_fuzz, of the target `fuzzers`, and the folder is instrumented so that the fuzzer sees
# its way in it.
add_custom_target(fuzzers)
add_custom_target(header_checks)

function(hermes_library folder)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TEST_SECONDS" "DEPS;TEST_DEPS")
  string(REPLACE "/" "_" target "${folder}")
  hermes_targets(deps ${arg_DEPS})
  hermes_targets(test_deps ${arg_TEST_DEPS})
  file(GLOB sources CONFIGURE_DEPENDS *.cc)
  file(GLOB headers CONFIGURE_DEPENDS *.h)
  file(GLOB tests CONFIGURE_DEPENDS *_test.cc)
  file(GLOB fuzzers CONFIGURE_DEPENDS *_fuzz.cc)
  list(REMOVE_ITEM sources ${tests} ${fuzzers} DUMMY)

  if(sources)
    set(scope PUBLIC)
    add_library(${target} STATIC ${sources})
    add_executable(${target}_links ${PROJECT_SOURCE_DIR}/cmake/empty_main.cc)
    target_link_libraries(${target}_links PRIVATE $<LINK_LIBRARY:WHOLE_ARCHIVE,${target}>)
  else()
    set(scope INTERFACE)
    add_library(${target} INTERFACE)
  endif()
  target_include_directories(${target} ${scope} ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR})
  target_link_libraries(${target} ${scope} ${deps})
  target_compile_features(${target} ${scope} cxx_std_20)

  foreach(header IN LISTS headers)
    cmake_path(REPLACE_EXTENSION header cc OUTPUT_VARIABLE source)
    if(EXISTS ${source})
      continue()
    endif()
    file(RELATIVE_PATH path ${PROJECT_SOURCE_DIR} ${header})
    set(check ${CMAKE_BINARY_DIR}/header_checks/${path}.cc)
    file(GENERATE OUTPUT ${check} CONTENT "#include \"${path}\"\n#include \"${path}\"\n")
    list(APPEND checks ${check})
  endforeach()
  if(checks)
    add_library(${target}_headers OBJECT ${checks})
    target_link_libraries(${target}_headers PRIVATE ${target})
    set_target_properties(${target}_headers PROPERTIES EXCLUDE_FROM_ALL ON)
    add_dependencies(header_checks ${target}_headers)
  endif()

  if(HERMES_SANITIZE MATCHES "address" AND fuzzers)
    target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
    foreach(fuzzer IN LISTS fuzzers)
      cmake_path(GET fuzzer STEM name)
      hermes_fuzzer(${target}_${name} ${fuzzer} ${target})
    endforeach()
  endif()

  if(tests)
    add_executable(${target}_test ${tests})
    target_link_libraries(${target}_test PRIVATE ${target} ${test_deps} GTest::gmock_main)
    # The tests' own code: compiled in two thirds of the time.
    target_compile_options(${target}_test PRIVATE $<$<CONFIG:RelWithDebInfo>:-O1>)
    if(NOT arg_TEST_SECONDS)
      set(arg_TEST_SECONDS 120)
    endif()
    gtest_discover_tests(${target}_test TEST_PREFIX "${folder}/" DISCOVERY_TIMEOUT 60
      PROPERTIES TIMEOUT ${arg_TEST_SECONDS})
  endif()
endfunction()

function(hermes_fuzzer target source library)
  add_executable(${target} ${source})
  target_link_libraries(${target} PRIVATE ${library})
  target_compile_options(${target} PRIVATE -fsanitize=fuzzer)
  target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  set_target_properties(${target} PROPERTIES
    EXCLUDE_FROM_ALL ON RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
  add_dependencies(fuzzers ${target})
endfunction()

# Folders become target names: wit/hermes is wit_hermes. Imported targets stay as they are.
function(hermes_targets result)
  set(targets)
  foreach(name IN LISTS ARGN)
    if(NOT name MATCHES "::")
      string(REPLACE "/" "_" name "${name}")
    endif()
    list(APPEND targets ${name})
  endforeach()
  set(${result} ${targets} PARENT_SCOPE)
endfunction()
