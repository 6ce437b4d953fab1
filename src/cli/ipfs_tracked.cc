// What the node does for apps, beside their pins: read from the disk, also while an engine runs.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/escape.h"
#include "base/strings.h"
#include "base/utf8.h"
#include "cli/ipfs_commands.h"
#include "cli/ipfs_repository.h"
#include "p2p/app_tracking.h"
#include "p2p/multibase.h"
#include "p2p/peer_id.h"

namespace hermes::cli {
namespace {

using p2p::Tracked;

struct Row {
  std::string kind;  // "topic"
  std::string app;
  std::string name;
};

// Keys are bytes that an app chose.
std::string readable(const std::string& key) {
  return is_utf8(key) ? key : concat("base32:", p2p::to_base32(key));
}

std::vector<Row> rows_of(std::string_view kind, const std::vector<p2p::TrackedName>& names,
                         std::string (*text)(const std::string&)) {
  std::vector<Row> rows;
  for (const auto& [app, name] : names) rows.push_back({std::string(kind), app, text(name)});
  return rows;
}

std::string show(const std::vector<Row>& rows, std::string_view plural, bool json) {
  std::string text;
  for (const auto& [kind, app, name] : rows) {
    text += json ? concat(text.empty() ? "" : ",", R"({"app":)", json_quote(app), R"(,")", kind,
                          R"(":)", json_quote(name), "}")
                 : concat(kind, "  ", escape_controls(name), "  ", escape_controls(app), "\n");
  }
  if (json) return concat(R"({")", plural, R"(":[)", text, "]}\n");
  return text.empty() ? concat("no ", plural, "\n") : text;
}

std::string peer_name(const std::string& peer) {
  return p2p::peer_text(peer);
}

}  // namespace

Result<std::string> ipfs_topics(const Invocation& invocation) {
  const auto repository = TRY(open_repository(invocation));
  const auto topics = TRY(repository->tracking().all(Tracked::Topic));
  return show(rows_of("topic", topics, readable), "topics", invocation.ipfs.json);
}

Result<std::string> ipfs_keys(const Invocation& invocation) {
  const auto repository = TRY(open_repository(invocation));
  auto& tracking = repository->tracking();
  auto rows = rows_of("record", TRY(tracking.all_record_keys()), readable);
  for (auto& row : rows_of("provided", TRY(tracking.all(Tracked::Provided)), readable)) {
    rows.push_back(std::move(row));
  }
  return show(rows, "keys", invocation.ipfs.json);
}

Result<std::string> ipfs_evicted(const Invocation& invocation) {
  const auto repository = TRY(open_repository(invocation));
  const auto peers = TRY(repository->tracking().all(Tracked::Evicted));
  return show(rows_of("peer", peers, peer_name), "peers", invocation.ipfs.json);
}

}  // namespace hermes::cli
