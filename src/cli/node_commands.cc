#include "cli/node_commands.h"

#include <chrono>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "base/escape.h"
#include "base/strings.h"
#include "p2p/ipns_record.h"
#include "p2p/peer_id.h"
#include "p2p/utc_text.h"

namespace hermes::cli {
namespace {

constexpr std::chrono::seconds kTime{30};
constexpr std::chrono::minutes kFetchTime{10};
constexpr auto kContent = "content";
constexpr auto kProgress = "progress";
constexpr std::chrono::seconds kNameTime{60};  // Of many peers, some do not answer.
constexpr auto kAddress = "address";
constexpr auto kAddresses = "addresses";
constexpr auto kName = "name";
constexpr auto kValue = "value";

std::string list_of(const auto& items, auto describe) {
  std::string text;
  for (const auto& item : items) text += concat(text.empty() ? "" : ",", describe(item));
  return concat("[", text, "]");
}

std::string quoted_peer(std::string_view peer) {
  return json_quote(p2p::peer_text(peer));
}

std::string describe(const p2p::ConnectedPeer& one) {
  return concat(R"({"peer":)", quoted_peer(one.peer), R"(,"address":)", json_quote(one.address),
                R"(,"ping_us":)", one.ping ? std::to_string(one.ping->count()) : "null", "}");
}

std::string describe(const p2p::OwnAddress& one) {
  return concat(R"({"address":)", json_quote(one.address), R"(,"confirmed":)",
                one.is_confirmed ? "true" : "false", "}");
}

std::string describe(const p2p::Libp2pNode& node) {
  const auto stats = node.stats();
  const std::pair<std::string_view, std::uint64_t> counts[] = {
      {"peers", stats.peers},
      {"lan_peers", stats.lan_peers},
      {"wan_peers", stats.wan_peers},
      {"connections", stats.connections},
      {"connections_refused", stats.connections_refused},
      {"topics", stats.topics},
      {"messages_received", stats.messages_received},
      {"messages_published", stats.messages_published},
      {"messages_rejected", stats.messages_rejected},
      {"verdicts_late", stats.verdicts_late},
      {"records", stats.records},
      {"record_bytes", stats.record_bytes},
      {"providers", stats.providers},
      {"records_refused", stats.records_refused},
      {"blocks_received", stats.blocks_received},
      {"block_bytes_received", stats.block_bytes_received},
      {"blocks_sent", stats.blocks_sent},
      {"block_bytes_sent", stats.block_bytes_sent},
      {"blocks_refused", stats.blocks_refused},
      {"bitswap_errors", stats.bitswap_errors},
      {"wants_held", stats.wants_held},
      {"dropped", stats.dropped},
      {"rebuilt", stats.rebuilt},
      {"reachable", stats.reachable},
      {"relays", stats.relays}};
  auto text = concat(R"({"peer":)", quoted_peer(node.peer()));
  for (const auto& [name, count] : counts) text += concat(",\"", name, "\":", count);
  return text + "}";
}

// Answers with what came, or why nothing did.
template <typename T>
auto answering(control::Client& client, auto answer_of) {
  return [client = std::move(client), answer_of](Result<T> result) mutable {
    client.end(result ? concat(R"({"ok":true,)", answer_of(*result), "}")
                      : control::error_answer(result.error().message()));
  };
}

}  // namespace

Result<> NodeCommands::answer(const json::Document& request, control::Client& client) const {
  const auto& root = request.root();
  const auto* command = TRY(root.require("command"));
  const auto name = TRY(command->string());
  if (node_ == nullptr) {
    return Error(Code::NotFound,
                 "the engine has no node: it runs with --no-p2p, or its log says why");
  }
  if (name == "p2p-connect") return connect(root, client);
  if (name == "p2p-bootstrap") return set_bootstrap(root, client);
  if (name == "p2p-fetch") return fetch(root, client);
  if (name == "p2p-publish") return publish(root, client);
  if (name == "p2p-resolve") return resolve(root, client);
  TRY(root.only({"command"}));
  if (name == "p2p") return tell(client);
  if (name == "p2p-peers") return tell_peers(client);
  return command->error(concat("there is no command '", name, "'"));
}

std::string NodeCommands::state() const {
  return node_ == nullptr ? "null" : describe(node_->node());
}

Result<> NodeCommands::tell(control::Client& client) const {
  const auto bootstrap = list_of(node_->bootstrap(), json_quote);
  node_->node().addresses(
      kTime, answering<std::vector<p2p::OwnAddress>>(
                 client, [bootstrap, state = state()](const auto& addresses) {
                   return concat(R"("node":)", state, R"(,"addresses":)",
                                 list_of(addresses, [](const auto& one) { return describe(one); }),
                                 R"(,"bootstrap":)", bootstrap);
                 }));
  return {};
}

Result<> NodeCommands::tell_peers(control::Client& client) const {
  node_->node().peers(
      kTime, answering<std::vector<p2p::ConnectedPeer>>(client, [](const auto& peers) {
        return concat(R"("peers":)", list_of(peers, [](const auto& one) { return describe(one); }));
      }));
  return {};
}

Result<> NodeCommands::connect(const json::Value& request, control::Client& client) const {
  TRY(request.only({"command", kAddress}));
  const std::string address(TRY(TRY(request.require(kAddress))->string()));
  // A peer alone, which may be known.
  const auto peer = p2p::peer_from_text(address);
  const auto addresses = peer ? std::vector<std::string>() : std::vector{address};
  node_->node().dial(peer.value_or(""), addresses, kTime,
                     answering<std::string>(client, [](const std::string& who) {
                       return concat(R"("peer":)", quoted_peer(who));
                     }));
  return {};
}

Result<> NodeCommands::publish(const json::Value& request, control::Client& client) const {
  TRY(request.only({"command", kValue}));
  const auto value = TRY(TRY(request.require(kValue))->string());
  const auto name = json_quote(p2p::ipns_name(node_->node().peer()));
  node_->names().publish(
      value, {}, kNameTime, [client = std::move(client), name](const Result<bool>& known) mutable {
        client.end(known.has_value() ? concat(R"({"ok":true,"name":)", name, R"(,"known":)",
                                              *known ? "true" : "false", "}")
                                     : control::error_answer(known.error().message()));
      });
  return {};
}

Result<> NodeCommands::resolve(const json::Value& request, control::Client& client) const {
  TRY(request.only({"command", kName}));
  const auto* name = TRY(request.require(kName));
  const auto peer = p2p::peer_from_text(TRY(name->string()));
  if (!peer) return name->error("it is no name of IPNS: k51…, or a peer id");
  node_->names().resolve(
      *peer, kNameTime, answering<p2p::IpnsRecord>(client, [](const auto& record) {
        return concat(R"("value":)", json_quote(record.value), R"(,"sequence":)", record.sequence,
                      R"(,"expiry":)", json_quote(p2p::utc_text(record.expiry)));
      }));
  return {};
}

Result<> NodeCommands::set_bootstrap(const json::Value& request, control::Client& client) const {
  TRY(request.only({"command", kAddresses}));
  std::vector<std::string> addresses;
  const auto given = TRY(TRY(request.require(kAddresses))->array());
  for (const auto& address : given) addresses.emplace_back(TRY(address.string()));
  const auto told = list_of(addresses, json_quote);
  node_->set_bootstrap(std::move(addresses),
                       [client = std::move(client), told](const Result<>& done) mutable {
                         client.end(done ? concat(R"({"ok":true,"bootstrap":)", told, "}")
                                         : control::error_answer(done.error().message()));
                       });
  return {};
}

// Of a client that has the repository open, so that it stays.
Result<> NodeCommands::fetch(const json::Value& request, control::Client& client) const {
  TRY(request.only({"command", kContent, kProgress}));
  const auto* content = TRY(request.require(kContent));
  auto path = TRY(p2p::ContentPath::parse(TRY(content->string())));
  const auto* progress = request.find(kProgress);
  const bool is_told = progress != nullptr && TRY(progress->boolean());
  const p2p::ContentFetcher::Limits limits{.bytes = std::numeric_limits<std::uint64_t>::max(),
                                           .timeout = kFetchTime};
  const auto asker = std::make_shared<control::Client>(std::move(client));
  auto end = [&own = *content_, asker](const Result<p2p::HeldContent>& held) {
    const auto done = held ? own.commit() : Result<>(held.error());  // The client reads it itself.
    asker->end(
        done ? concat(R"({"ok":true,"cid":")", held->root.text(), R"(","bytes":)", held->bytes, "}")
             : control::error_answer(done.error().message()));
  };
  auto tell = [asker](std::uint64_t bytes) { asker->send(concat(R"({"bytes":)", bytes, "}")); };
  content_->fetch(std::move(path), limits, std::move(end),
                  is_told ? p2p::ContentFetcher::Progress(std::move(tell)) : nullptr);
  return {};
}

}  // namespace hermes::cli
