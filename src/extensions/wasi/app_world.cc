#include "extensions/wasi/app_world.h"

#include "runtime/data_directory.h"

namespace hermes::wasi {

Result<AppWorld::Folders> AppWorld::folders() {
  return folders_.with([&](Folders& folders) -> Result<Folders> {
    if (folders) return folders;
    std::filesystem::path own;
    if (!home_.empty()) own = TRY(runtime::make_data_directory(home_, app_)) / "files";
    folders = TRY(wasm::WasiFolders::open(world_.files, own, world_.data_bytes));
    return folders;
  });
}

}  // namespace hermes::wasi
