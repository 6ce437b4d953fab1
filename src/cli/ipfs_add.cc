#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <system_error>

#include "base/escape.h"
#include "base/strings.h"
#include "cli/ipfs_commands.h"
#include "cli/ipfs_repository.h"
#include "cli/progress_bar.h"
#include "p2p/add_path.h"

namespace hermes::cli {
namespace {

namespace fs = std::filesystem;

// For the progress; what cannot be read is told when it is added.
std::uint64_t bytes_of(const fs::path& path) {
  std::error_code failed;
  const auto size = fs::file_size(path, failed);
  if (!failed) return size;
  std::uint64_t bytes = 0;
  failed.clear();
  for (fs::recursive_directory_iterator entry(path, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    std::error_code ignored;
    if (entry->is_regular_file(ignored)) bytes += entry->file_size(ignored);
  }
  return bytes;
}

}  // namespace

Result<std::string> ipfs_add(const Invocation& invocation) {
  const auto& options = invocation.ipfs;
  const auto repository = TRY(open_repository(invocation));
  const auto total = bytes_of(options.operand);
  std::string told;
  std::uint64_t done = 0;
  const auto lease = repository->blocks().lease();
  const auto tree = TRY([&] {
    ProgressBar bar("adding");
    return p2p::add_path(
        repository->blocks(), options.operand, {.cid_version = options.cid_version},
        [&](const fs::path& path, const p2p::BuiltTree& added) {
          told += concat("added ", added.cid.text(), " ", escape_controls(path.native()), "\n");
        },
        [&](std::uint64_t bytes) {
          done += bytes;
          bar.show(done, std::max(done, total));
          return Result<>();
        });
  }());
  TRY(repository->pin(kOperator, tree.cid, kOperatorPins));
  return told;
}

}  // namespace hermes::cli
