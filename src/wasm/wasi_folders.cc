#include "wasm/wasi_folders.h"

#include <utility>

#include "wasm/handle.h"
#include "wasm/wasi_tree.h"

namespace hermes::wasm {

Result<std::shared_ptr<const WasiFolders>> WasiFolders::open(Options options) {
  const auto& var = options.var.native();
  const hermes_wasi_files files{.tree = handle_of(std::move(options.tree)),
                                .var = reinterpret_cast<const std::uint8_t*>(var.data()),
                                .var_len = var.size(),
                                .var_bytes = options.var_bytes,
                                .tmp_bytes = options.tmp_bytes};
  hermes_wasi_folders* handle = nullptr;
  TRY(check(hermes_wasi_folders_new(&files, &handle)));
  return std::shared_ptr<const WasiFolders>(new WasiFolders(handle));
}

WasiFolders::~WasiFolders() {
  hermes_wasi_folders_free(handle_);
}

}  // namespace hermes::wasm
