# find_package(hermes-sdk REQUIRED) gives hermes_component() and hermes_app(): see README.md.
include(${CMAKE_CURRENT_LIST_DIR}/cmake/hermes_toolchain.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/cmake/hermes_component.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/cmake/hermes_app.cmake)
set(hermes-sdk_FOUND TRUE)
