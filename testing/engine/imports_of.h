#pragma once

#include <stdexcept>
#include <string_view>

#include "runtime/extension.h"

namespace hermes::testing {

/// What a guest calls when it imports `Interface` from the extension.
template <typename Interface>
Interface& imports_of(runtime::Extension& extension) {
  struct Finder final : wasm::Linker {
    Result<> define(std::string_view interface, const wasm::ImportTable&,
                    void* implementation) override {
      if (interface == Interface::kInterface) found = implementation;
      return {};
    }
    void* found = nullptr;
  };
  Finder finder;
  if (!extension.link(finder) || finder.found == nullptr) {
    throw std::runtime_error("the extension does not provide this");
  }
  return *static_cast<Interface*>(finder.found);
}

}  // namespace hermes::testing
