#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "control/client.h"
#include "p2p/content_fetcher.h"
#include "p2p/home_node.h"

namespace hermes::cli {

/// What the control socket is asked of the node, which outlives the answers: those come when the
/// node has them. Null: there is none, and then no fetcher is asked either.
class NodeCommands {
 public:
  NodeCommands(p2p::HomeNode* node, p2p::ContentFetcher* content)
      : node_(node), content_(content) {}

  /// Whether it is a command of the node: "p2p", "p2p-peers" …
  static bool knows(std::string_view command) { return command.starts_with("p2p"); }

  /// On an error, the client has not been answered.
  Result<> answer(const json::Document& request, control::Client& client) const;

  /// Who the node is and what it does now: an object, or "null".
  std::string state() const;

 private:
  Result<> tell(control::Client& client) const;
  Result<> tell_peers(control::Client& client) const;
  Result<> connect(const json::Value& request, control::Client& client) const;
  Result<> publish(const json::Value& request, control::Client& client) const;
  Result<> resolve(const json::Value& request, control::Client& client) const;
  Result<> set_bootstrap(const json::Value& request, control::Client& client) const;
  Result<> fetch(const json::Value& request, control::Client& client) const;

  p2p::HomeNode* const node_;
  p2p::ContentFetcher* const content_;
};

}  // namespace hermes::cli
