# What components are made with: a clang that knows WebAssembly, wasi-libc, and hermes-component.
get_filename_component(root ${CMAKE_CURRENT_LIST_DIR}/../.. ABSOLUTE)
set(HERMES_SDK_ROOT ${root} CACHE INTERNAL "the checkout that this kit is part of")
set(HERMES_WASI_SYSROOT /usr CACHE PATH "holds include/wasm32-wasi and lib/wasm32-wasi")
set(HERMES_COMPONENT "" CACHE FILEPATH "a hermes-component that is built already; empty: build it")
find_program(HERMES_CLANG NAMES clang-19 clang REQUIRED DOC "compiles C to WebAssembly")
find_program(HERMES_CLANGXX NAMES clang++-19 clang++ REQUIRED DOC "compiles C++ to WebAssembly")

# hermes_component_tool(<variable>): the path of hermes-component, which the target
# hermes_component_tool has built.
function(hermes_component_tool variable)
  if(HERMES_COMPONENT)
    set(tool ${HERMES_COMPONENT})
  else()
    set(tool ${CMAKE_BINARY_DIR}/hermes-component)
  endif()
  set(${variable} ${tool} PARENT_SCOPE)
  if(TARGET hermes_component_tool)
    return()
  endif()
  if(NOT HERMES_COMPONENT)
    set(rust ${HERMES_SDK_ROOT}/rust)
    file(GLOB sources CONFIGURE_DEPENDS ${rust}/component/src/*.rs)
    add_custom_command(
      OUTPUT ${tool}
      DEPENDS ${sources} ${rust}/component/Cargo.toml ${rust}/Cargo.lock
      COMMAND ${HERMES_SDK_ROOT}/sdk/build-tool ${tool}
      COMMENT "Building hermes-component (some minutes the first time)"
      VERBATIM)
  endif()
  add_custom_target(hermes_component_tool DEPENDS ${tool})
endfunction()
