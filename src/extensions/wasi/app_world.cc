#include "extensions/wasi/app_world.h"

#include <utility>

#include "runtime/data_directory.h"

namespace hermes::wasi {

Result<AppWorld::Folders> AppWorld::folders() {
  return folders_.with([&](Folders& folders) -> Result<Folders> {
    if (folders) return folders;
    wasm::WasiFolders::Options options{
        .tree = world_.files, .var_bytes = world_.data_bytes, .tmp_bytes = world_.tmp_bytes};
    if (!home_.empty()) options.var = TRY(runtime::make_data_directory(home_, app_)) / "var";
    folders = TRY(wasm::WasiFolders::open(std::move(options)));
    return folders;
  });
}

}  // namespace hermes::wasi
