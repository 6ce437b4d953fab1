#include "wasm/linker.h"

#include <algorithm>

#include "base/strings.h"
#include "wasm/shim.h"

namespace hermes::wasm {

Result<> Imports::define(std::string_view interface, const ImportTable& table,
                         void* implementation) {
  const auto is_it = [&](const Provided& one) { return one.table->interface == interface; };
  if (std::ranges::any_of(provided_, is_it)) {
    return Error(Code::InvalidArgument, concat("two extensions provide ", interface));
  }
  provided_.push_back({&table, implementation});
  return {};
}

Result<> Imports::provide_wasi(WasiHost& host) {
  if (wasi_ != nullptr) return Error(Code::InvalidArgument, "two extensions provide WASI");
  wasi_ = &host;
  return {};
}

}  // namespace hermes::wasm
