// The commands of `hermes ipfs` that the engine's node answers.

#include "cli/ipfs_node.h"

#include "base/escape.h"
#include "base/strings.h"
#include "cli/ipfs_commands.h"
#include "control/connection.h"

namespace hermes::cli {
namespace {

std::string text_of(const json::Value& object, std::string_view member) {
  const auto* found = object.find(member);
  if (found == nullptr) return "";
  const auto text = found->string();
  return text ? escape_controls(*text) : found->compact();
}

Result<std::string> lines_of(const json::Value& list, std::string_view empty) {
  std::string text;
  for (const auto& one : TRY(list.array())) {
    text += concat(escape_controls(TRY(one.string())), "\n");
  }
  return text.empty() ? concat(empty, "\n") : text;
}

std::string describe_peer(const json::Value& peer) {
  const auto ping = text_of(peer, "ping_us");
  return concat(text_of(peer, "peer"), "  ", text_of(peer, "address"),
                ping == "null" ? "" : concat("  ", ping, " us"), "\n");
}

std::string describe_reach(const json::Value& node) {
  if (text_of(node, "reachable") == "1") return "directly";
  const auto relays = text_of(node, "relays");
  return relays == "0" ? "by nobody, as far as it knows" : concat("through relays: ", relays);
}

std::string quoted_list(const std::vector<std::string>& texts) {
  std::string list;
  for (const auto& text : texts) list += concat(list.empty() ? "" : ",", json_quote(text));
  return concat("[", list, "]");
}

}  // namespace

Result<json::Document> ask_node(const Invocation& invocation, std::string request,
                                const std::function<void(const json::Value&)>& meanwhile) {
  auto connection = TRY(control::Connection::open(invocation.settings.engine.home));
  TRY(connection.send(std::move(request)));
  while (auto line = connection.receive()) {
    auto said = TRY(json::Document::parse(*std::move(line), "the engine's answer"));
    const auto* ok = said.root().find("ok");
    if (ok == nullptr && meanwhile) {
      meanwhile(said.root());
      continue;
    }
    if (TRY(TRY(said.root().require("ok"))->boolean())) return said;
    return Error(Code::Denied, std::string(TRY(TRY(said.root().require("error"))->string())));
  }
  return Error(Code::Stopping, "the engine ended before it answered");
}

Result<std::string> ipfs_peers(const Invocation& invocation) {
  const auto answer = TRY(ask_node(invocation, R"({"command":"p2p-peers"})"));
  const auto& peers = *TRY(answer.root().require("peers"));
  if (invocation.ipfs.json) return concat(answer.root().compact(), "\n");
  std::string text;
  for (const auto& peer : TRY(peers.array())) text += describe_peer(peer);
  return text.empty() ? "no peer is connected\n" : text;
}

Result<std::string> ipfs_connect(const Invocation& invocation) {
  const auto address = json_quote(invocation.ipfs.operand);
  const auto answer =
      TRY(ask_node(invocation, concat(R"({"command":"p2p-connect","address":)", address, "}")));
  return concat("connected with ", text_of(answer.root(), "peer"), "\n");
}

Result<std::string> ipfs_bootstrap(const Invocation& invocation) {
  const auto& options = invocation.ipfs;
  const bool is_set = options.none || !options.operands.empty();
  const auto list = options.none ? "[]" : quoted_list(options.operands);
  const auto request = is_set ? concat(R"({"command":"p2p-bootstrap","addresses":)", list, "}")
                              : std::string(R"({"command":"p2p"})");
  const auto answer = TRY(ask_node(invocation, request));
  return lines_of(*TRY(answer.root().require("bootstrap")), "no peers to begin with");
}

NodeFacts node_facts(const Invocation& invocation) {
  const auto answer = ask_node(invocation, R"({"command":"p2p"})");
  if (!answer) return {"", "null"};
  const auto& root = answer->root();
  const auto* node = root.find("node");
  const auto* addresses = root.find("addresses");
  if (node == nullptr || addresses == nullptr) return {"", "null"};
  auto text = concat("peer    ", text_of(*node, "peer"), "\npeers   ", text_of(*node, "peers"),
                     "\ntopics  ", text_of(*node, "topics"), "\nrebuilt ",
                     text_of(*node, "rebuilt"), " times\nreached ", describe_reach(*node), "\n");
  if (const auto all = addresses->array()) {
    for (const auto& one : *all) {
      const bool is_confirmed = text_of(one, "confirmed") == "true";
      text += concat("address ", text_of(one, "address"), is_confirmed ? "  reached by others" : "",
                     "\n");
    }
  }
  return {std::move(text), root.compact()};
}

}  // namespace hermes::cli
