#include "wasm/wasi_folders.h"

#include "wasm/handle.h"

namespace hermes::wasm {
namespace {

const std::uint8_t* bytes(const std::filesystem::path& path) {
  return reinterpret_cast<const std::uint8_t*>(path.native().data());
}

}  // namespace

Result<std::shared_ptr<const WasiFolders>> WasiFolders::open(const std::filesystem::path& files,
                                                             const std::filesystem::path& own,
                                                             std::uint64_t bytes_allowed) {
  hermes_wasi_folders* handle = nullptr;
  TRY(check(hermes_wasi_folders_new(bytes(files), files.native().size(), bytes(own),
                                    own.native().size(), bytes_allowed, &handle)));
  return std::shared_ptr<const WasiFolders>(new WasiFolders(handle));
}

WasiFolders::~WasiFolders() {
  hermes_wasi_folders_free(handle_);
}

}  // namespace hermes::wasm
