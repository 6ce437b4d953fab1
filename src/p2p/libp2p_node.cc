#include "p2p/libp2p_node.h"

#include <array>
#include <mutex>
#include <optional>
#include <utility>

#include "p2p/libp2p_abi.h"
#include "p2p/libp2p_state.h"

namespace hermes::p2p {
namespace {

hermes_p2p_config config_of(const Libp2pSettings& settings, const Identity& identity,
                            const std::vector<hermes_p2p_bytes>& listen,
                            const std::vector<hermes_p2p_bytes>& bootstrap) {
  hermes_p2p_config config{};
  config.seed = identity.seed().data();
  config.network_key = settings.network_key.empty() ? nullptr : settings.network_key.data();
  config.listen = listen.data();
  config.listen_len = listen.size();
  config.bootstrap = bootstrap.data();
  config.bootstrap_len = bootstrap.size();
  config.agent = lend(settings.agent);
  config.wan = true;
  config.lan = true;
  config.mode = hermes_p2p_mode_Auto;
  config.mdns = settings.mdns;
  config.autonat = settings.autonat;
  config.hole_punching = settings.hole_punching;
  config.relay = settings.relay;
  config.one_host = settings.one_host;
  config.max_connections = settings.connections;
  config.max_memory = settings.memory;
  config.verdict_ms = static_cast<std::uint32_t>(settings.verdict_time.count());
  return config;
}

}  // namespace

void Pending::give(Verdict verdict) {
  const auto token = std::exchange(token_, 0);
  const auto state = token == 0 ? nullptr : state_.lock();
  if (!state) return;
  state->use([&](hermes_p2p_node* node) {
    return hermes_p2p_verdict_give(node, token, static_cast<hermes_p2p_verdict>(verdict));
  });
}
static_assert(static_cast<int>(Verdict::Ignore) == hermes_p2p_verdict_Ignore);

void Libp2pRequest::cancel() const {
  if (const auto state = state_.lock()) {
    state->use([&](hermes_p2p_node* node) { return hermes_p2p_cancel(node, id_); });
  }
}

Result<std::unique_ptr<Libp2pNode>> Libp2pNode::start(
    const Libp2pSettings& settings, const Identity& identity, BlockStore& blocks,
    UniqueFunction<void(Libp2pChange)> on_change) {
  auto state = std::make_shared<Libp2pState>(identity, std::move(on_change));
  const auto listen = lend_all(settings.listen);
  const auto bootstrap = lend_all(settings.bootstrap);
  const auto config = config_of(settings, identity, listen, bootstrap);
  const auto table = table_of(blocks);
  std::array<char, 256> why{};
  const auto status = hermes_p2p_new(&config, &table, &state->handle, why.data(), why.size());
  if (status != hermes_p2p_status_Ok) return error_of(status, why.data());
  return std::unique_ptr<Libp2pNode>(new Libp2pNode(std::move(state)));
}

Libp2pNode::Libp2pNode(std::shared_ptr<Libp2pState> state)
    : state_(std::move(state)), thread_([state = state_.get()] { state->run(); }) {}

Libp2pNode::~Libp2pNode() {
  stop({});
  state_->finish();
  thread_.join();
  hear_messages(nullptr);
  hear_records(nullptr);
  hear_ipns(nullptr);
  const std::unique_lock lock(state_->handle_mutex);
  hermes_p2p_free(std::exchange(state_->handle, nullptr));
}

void Libp2pNode::stop(Timeout grace) {
  state_->use([&](hermes_p2p_node* node) {
    hermes_p2p_stop(node, static_cast<std::uint64_t>(grace / std::chrono::milliseconds(1)));
    return hermes_p2p_status_Ok;
  });
}

const Identity& Libp2pNode::identity() const {
  return state_->identity;
}

Libp2pStats Libp2pNode::stats() const {
  hermes_p2p_stats now{};
  state_->use([&](hermes_p2p_node* node) { return hermes_p2p_stats_of(node, &now); });
  return {
      .peers = now.peers,
      .connections = now.connections,
      .connections_refused = now.connections_refused,
      .lan_peers = now.lan_peers,
      .wan_peers = now.wan_peers,
      .requests = now.requests,
      .dropped = now.dropped_events,
      .rebuilt = now.rebuilt,
      .topics = now.topics,
      .messages_received = now.messages_received,
      .messages_published = now.messages_published,
      .messages_rejected = now.messages_rejected,
      .verdicts_late = now.verdicts_late,
      .records = now.records,
      .record_bytes = now.record_bytes,
      .providers = now.providers,
      .records_refused = now.records_refused,
      .blocks_received = now.blocks_received,
      .block_bytes_received = now.block_bytes_received,
      .blocks_sent = now.blocks_sent,
      .block_bytes_sent = now.block_bytes_sent,
      .blocks_refused = now.blocks_refused,
      .bitswap_errors = now.bitswap_errors,
      .wants_held = now.wants_held,
      .reachable = now.reachable,
      .relays = now.relays,
  };
}

void Libp2pNode::later(UniqueFunction<void()> work) {
  state_->later(std::move(work));
}

void Libp2pNode::hear_messages(UniqueFunction<void(TopicMessage)> sink) {
  state_->messages.set(std::move(sink));
}

void Libp2pNode::hear_records(UniqueFunction<void(OfferedRecord)> sink) {
  state_->records.set(std::move(sink));
}

void Libp2pNode::hear_ipns(UniqueFunction<void(OfferedRecord)> sink) {
  state_->ipns.set(std::move(sink));
}

}  // namespace hermes::p2p
