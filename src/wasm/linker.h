#pragma once

#include <string_view>
#include <type_traits>
#include <vector>

#include "base/result.h"

namespace hermes::wasm {

struct ImportTable;
class WasiHost;

/// Knows who answers each imported interface when a component is loaded.
class Linker {
 public:
  /// One interface, and the object that implements the generated class.
  struct Provided {
    const ImportTable* table;
    void* implementation;
  };

  virtual ~Linker() = default;

  /// Answers the imports of `Interface`, a generated class, with `implementation`, which outlives
  /// every component. Fails if somebody answers them already. `Interface` is always named, since it
  /// says which part of the implementation is meant: provide<Api>(*this).
  template <typename Interface>
  Result<> provide(std::type_identity_t<Interface>& implementation) {
    return define(Interface::kInterface, Interface::imports(), &implementation);
  }

  /// What guests see through WASI; without it, nothing. `host` outlives every component.
  virtual Result<> provide_wasi(WasiHost& /*host*/) { return {}; }

 private:
  /// `implementation` is the Interface* that `table` takes.
  virtual Result<> define(std::string_view interface, const ImportTable& table,
                          void* implementation) = 0;
};

/// A linker that remembers, for the engines to link from.
class Imports final : public Linker {
 public:
  const std::vector<Provided>& provided() const { return provided_; }
  WasiHost* wasi() const { return wasi_; }

  Result<> provide_wasi(WasiHost& host) override;

 private:
  Result<> define(std::string_view interface, const ImportTable& table,
                  void* implementation) override;

  std::vector<Provided> provided_;
  WasiHost* wasi_ = nullptr;
};

}  // namespace hermes::wasm
