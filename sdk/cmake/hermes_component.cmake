# hermes_component(<name>
#   SOURCES <file.c or file.cc>...
#   [IMPORTS <interface>...] [EXPORTS <interface>...]     the world, or else
#   [WORLD <world>] [WIT <directory>]                     one that is written in WIT
#   [OUTPUT <file.wasm>]                                  <name>.wasm
#   [INCLUDES <directory>...] [OPTIONS <compiler option>...])
#
# Makes a component of C17 and C++20 sources, as a target of that name. An interface is written as in
# WIT, `hermes:kv-store/api`. A source includes "hermes.h", the bindings of its world.
#
# A WIT directory may use the packages of the kit, unless it has a deps/ with packages of its own.
function(hermes_component name)
  cmake_parse_arguments(PARSE_ARGV 1 arg ""
    "WORLD;WIT;OUTPUT" "SOURCES;IMPORTS;EXPORTS;INCLUDES;OPTIONS")
  hermes_component_check(${name})
  set(work ${CMAKE_CURRENT_BINARY_DIR}/${name}.component)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${name}.wasm)
  if(arg_OUTPUT)
    get_filename_component(output ${arg_OUTPUT} ABSOLUTE BASE_DIR ${CMAKE_CURRENT_BINARY_DIR})
  endif()
  get_filename_component(directory ${output} DIRECTORY)
  file(MAKE_DIRECTORY ${work} ${directory})

  hermes_component_tool(tool)
  hermes_component_world()
  set(bindings ${work}/hermes.h ${work}/hermes.c ${work}/hermes_component_type.o)
  add_custom_command(
    OUTPUT ${bindings}
    DEPENDS hermes_component_tool ${tool} ${wit_files}
    COMMAND ${tool} bindings ${wit_arguments} --out ${work}
    COMMENT "Bindings of ${name}"
    VERBATIM)

  set(link ${HERMES_CLANG})
  set(objects)
  hermes_component_object(${work}/hermes.c -w)
  foreach(source IN LISTS arg_SOURCES)
    get_filename_component(source ${source} ABSOLUTE)
    hermes_component_object(${source} -Wall -Wextra ${arg_OPTIONS})
  endforeach()
  if(link STREQUAL "${HERMES_CLANGXX}")
    hermes_component_object(${HERMES_SDK_ROOT}/sdk/src/cxx_runtime.cc -Wall -Wextra)
  endif()

  set(core ${work}/core.wasm)
  add_custom_command(
    OUTPUT ${output}
    DEPENDS hermes_component_tool ${tool} ${objects} ${work}/hermes_component_type.o
    COMMAND ${link} ${target_options} -mexec-model=reactor ${objects}
      ${work}/hermes_component_type.o -Wl,--gc-sections -Wl,--stack-first -o ${core}
    COMMAND ${tool} new ${core} -o ${output}
    COMMENT "Component ${name}"
    VERBATIM)
  add_custom_target(${name} ALL DEPENDS ${output})
  set_target_properties(${name} PROPERTIES HERMES_COMPONENT ${output})
endfunction()

macro(hermes_component_check name)
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "hermes_component(${name}): what is ${arg_UNPARSED_ARGUMENTS}?")
  elseif(NOT arg_SOURCES)
    message(FATAL_ERROR "hermes_component(${name}): SOURCES are missing")
  elseif(arg_WIT AND (arg_IMPORTS OR arg_EXPORTS))
    message(FATAL_ERROR "hermes_component(${name}): a world in WIT names its imports and exports itself")
  elseif(NOT arg_WIT AND NOT arg_EXPORTS)
    message(FATAL_ERROR "hermes_component(${name}): EXPORTS are missing: no event could reach it")
  elseif(arg_WORLD AND NOT arg_WIT)
    message(FATAL_ERROR "hermes_component(${name}): the WIT directory of the world ${arg_WORLD} is missing")
  endif()
endmacro()

# Sets wit_arguments and wit_files; writes the world of IMPORTS and EXPORTS as WIT.
macro(hermes_component_world)
  if(arg_WIT)
    get_filename_component(wit ${arg_WIT} ABSOLUTE)
  else()
    set(wit ${work}/wit)
    string(REPLACE "_" "-" kebab ${name})
    set(items)
    foreach(interface IN LISTS arg_IMPORTS)
      string(APPEND items "    import ${interface};\n")
    endforeach()
    foreach(interface IN LISTS arg_EXPORTS)
      string(APPEND items "    export ${interface};\n")
    endforeach()
    file(CONFIGURE OUTPUT ${wit}/world.wit
      CONTENT "package app:${kebab};\n\nworld component {\n@items@}\n" @ONLY)
  endif()
  set(wit_directories ${wit})
  if(NOT IS_DIRECTORY ${wit}/deps)
    list(PREPEND wit_directories ${HERMES_SDK_ROOT}/wit)
  endif()
  set(wit_arguments)
  set(wit_files)
  foreach(wit_directory IN LISTS wit_directories)
    list(APPEND wit_arguments --wit ${wit_directory})
    file(GLOB_RECURSE found CONFIGURE_DEPENDS ${wit_directory}/*.wit)
    list(APPEND wit_files ${found})
  endforeach()
  if(arg_WORLD)
    list(APPEND wit_arguments --world ${arg_WORLD})
  endif()
endmacro()

# One source to one object, which is added to `objects`.
macro(hermes_component_object source)
  set(target_options --target=wasm32-wasi --sysroot=${HERMES_WASI_SYSROOT})
  if(${source} MATCHES "\\.c$")
    set(compile ${HERMES_CLANG} -std=gnu17)
  else()
    set(compile ${HERMES_CLANGXX} -std=gnu++20 -fno-exceptions -fno-rtti)
    set(link ${HERMES_CLANGXX})
  endif()
  set(includes)
  foreach(include IN LISTS arg_INCLUDES)
    get_filename_component(include ${include} ABSOLUTE)
    list(APPEND includes -I${include})
  endforeach()
  list(LENGTH objects number)
  get_filename_component(stem ${source} NAME)
  set(object ${work}/${number}.${stem}.o)
  add_custom_command(
    OUTPUT ${object}
    DEPENDS ${source} ${bindings}
    DEPFILE ${object}.d
    COMMAND ${compile} ${target_options} -Oz -ffunction-sections -fdata-sections
      -I${work} -I${HERMES_SDK_ROOT}/sdk/include ${includes} ${ARGN}
      -MD -MF ${object}.d -c ${source} -o ${object}
    COMMENT "Compiling ${stem} for ${name}"
    VERBATIM)
  list(APPEND objects ${object})
endmacro()
