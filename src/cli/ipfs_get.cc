#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <string>
#include <system_error>

#include "base/strings.h"
#include "cli/ipfs_commands.h"
#include "cli/ipfs_repository.h"
#include "cli/progress_bar.h"
#include "p2p/file_reader.h"
#include "p2p/write_tree.h"

namespace hermes::cli {
namespace {

Result<> write_out(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto done = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) {
      return Error(Code::Denied,
                   concat("standard output: ", std::generic_category().message(errno)));
    }
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
  return {};
}

// "/ipfs/CID/docs/" is written to "docs".
std::string last_name(std::string_view content) {
  while (content.ends_with('/')) content.remove_suffix(1);
  return std::string(content.substr(content.rfind('/') + 1));
}

}  // namespace

Result<std::string> ipfs_cat(const Invocation& invocation) {
  const auto repository = TRY(open_repository(invocation));
  const auto cid = TRY(content_of(invocation, *repository));
  TRY(p2p::read_file(repository->blocks(), cid, std::numeric_limits<std::uint64_t>::max(),
                     write_out));
  return std::string();
}

Result<std::string> ipfs_get(const Invocation& invocation) {
  const auto& options = invocation.ipfs;
  const auto repository = TRY(open_repository(invocation));
  const auto cid = TRY(content_of(invocation, *repository));
  const auto to = options.output.empty() ? last_name(options.operand) : options.output;
  std::uint64_t done = 0;
  const auto total = p2p::measure_tree(repository->blocks(), cid);
  ProgressBar bar("writing");
  TRY(p2p::write_tree(repository->blocks(), cid, to, [&](std::uint64_t bytes) {
    done += bytes;
    bar.show(done, std::max(done, total ? *total : 0));
    return Result<>();
  }));
  return std::string();
}

}  // namespace hermes::cli
