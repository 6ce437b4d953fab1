#pragma once

#include <string_view>

struct hermes_wasi_setup;

namespace hermes::wasm {

/// What a guest sees of the world through WASI: told once for each call that uses it.
class WasiSetup {
 public:
  explicit WasiSetup(hermes_wasi_setup& setup) : setup_(setup) {}

  void add_argument(std::string_view value);
  void add_variable(std::string_view name, std::string_view value);

 private:
  hermes_wasi_setup& setup_;
};

}  // namespace hermes::wasm
