#include "cli/ipfs_repository.h"

#include <cstdint>
#include <limits>

#include "base/escape.h"
#include "base/strings.h"
#include "cli/ipfs_node.h"
#include "cli/progress_bar.h"

namespace hermes::cli {
namespace {

// What the path leads to, if all of it is here.
Result<p2p::Cid> resolve_whole(p2p::Repository& repository, const p2p::ContentPath& path) {
  auto cid = TRY(p2p::resolve(repository.blocks(), path));
  TRY(p2p::measure_tree(repository.blocks(), cid));
  return cid;
}

Result<json::Document> ask_to_fetch(const Invocation& invocation) {
  ProgressBar bar("fetching");
  return ask_node(invocation,
                  concat(R"({"command":"p2p-fetch","content":)",
                         json_quote(invocation.ipfs.operand), R"(,"progress":true})"),
                  [&](const json::Value& line) {
                    const auto* bytes = line.find("bytes");
                    if (bytes == nullptr) return;
                    const auto count = bytes->integer(0, std::numeric_limits<std::int64_t>::max());
                    if (count) bar.show(static_cast<std::uint64_t>(*count));
                  });
}

}  // namespace

Result<std::unique_ptr<p2p::Repository>> open_repository(const Invocation& invocation) {
  const auto& settings = invocation.settings;
  return p2p::Repository::open(settings.engine.home, p2p::Repository::Role::Guest, settings.blocks);
}

Result<p2p::Cid> content_of(const Invocation& invocation, p2p::Repository& repository) {
  const auto& operand = invocation.ipfs.operand;
  const auto path = TRY(p2p::ContentPath::parse(operand));
  auto found = resolve_whole(repository, path);
  if (found || found.error().code() != Code::NotFound) return std::move(found).context(operand);
  const auto asked = ask_to_fetch(invocation);
  if (!asked) {
    return Error(Code::NotFound, concat(operand, ": ", found.error().message(),
                                        ", nor with peers: ", asked.error().message()));
  }
  return resolve_whole(repository, path).context(operand);
}

}  // namespace hermes::cli
