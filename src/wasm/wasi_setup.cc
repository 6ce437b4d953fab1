#include "wasm/wasi_setup.h"

#include <cstdint>

#include "hermes_host.h"

namespace hermes::wasm {
namespace {

const std::uint8_t* bytes(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

}  // namespace

void WasiSetup::add_argument(std::string_view value) {
  hermes_wasi_argument(&setup_, bytes(value), value.size());
}

void WasiSetup::add_variable(std::string_view name, std::string_view value) {
  hermes_wasi_variable(&setup_, bytes(name), name.size(), bytes(value), value.size());
}

}  // namespace hermes::wasm
