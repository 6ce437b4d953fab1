# hermes_app(<name> COMPONENTS <target of hermes_component>...)
#
# Puts app.json, www/ where there is one, and the components together in apps/<name> of the build
# directory, ready for `hermes run`. The target is <name>_app.
function(hermes_app name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "COMPONENTS")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_COMPONENTS)
    message(FATAL_ERROR "hermes_app(${name}): COMPONENTS are missing, or there is more than these")
  endif()
  set(source ${CMAKE_CURRENT_SOURCE_DIR})
  set(app ${CMAKE_BINARY_DIR}/apps/${name})
  set(stamp ${CMAKE_CURRENT_BINARY_DIR}/${name}.app)
  file(GLOB_RECURSE pages CONFIGURE_DEPENDS ${source}/www/*)
  file(MAKE_DIRECTORY ${app})

  set(files ${source}/app.json)
  foreach(component IN LISTS arg_COMPONENTS)
    list(APPEND files $<TARGET_PROPERTY:${component},HERMES_COMPONENT>)
  endforeach()
  set(copy_pages)
  if(pages)
    set(copy_pages COMMAND ${CMAKE_COMMAND} -E copy_directory ${source}/www ${app}/www)
  endif()
  add_custom_command(
    OUTPUT ${stamp}
    DEPENDS ${files} ${pages} ${arg_COMPONENTS}
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${app}/www
    COMMAND ${CMAKE_COMMAND} -E copy ${files} ${app}
    ${copy_pages}
    COMMAND ${CMAKE_COMMAND} -E touch ${stamp}
    COMMENT "App ${name}"
    VERBATIM)
  add_custom_target(${name}_app ALL DEPENDS ${stamp})
endfunction()
