#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "p2p/libp2p_abi.h"
#include "p2p/libp2p_node.h"
#include "p2p/libp2p_state.h"

namespace hermes::p2p {
namespace {

constexpr std::size_t kFetchedAtOnce = 4'096;

using Event = hermes_p2p_event;
using Timeout = Libp2pNode::Timeout;

template <typename T, typename Value>
Libp2pState::OnEvent done(Libp2pNode::Then<T> then, Value value) {
  return [then = std::move(then), value = std::move(value)](const Event& event) mutable {
    if (event.status != hermes_p2p_status_Ok) {
      return then(error_of(event.status, view(event.text)));
    }
    then(value(event));
  };
}

Libp2pState::OnEvent done(Libp2pNode::Then<> then) {
  return [then = std::move(then)](const Event& event) mutable {
    if (event.status != hermes_p2p_status_Ok) {
      return then(error_of(event.status, view(event.text)));
    }
    then({});
  };
}

// Of a request that is right also where there is no peer.
template <typename T>
Libp2pState::OnEvent done_anyway(Libp2pNode::Then<T> then, T alone, T (*value)(const Event&)) {
  return [then = std::move(then), alone, value](const Event& event) mutable {
    switch (event.status) {
      case hermes_p2p_status_Ok:
        return then(value(event));
      case hermes_p2p_status_Unreachable:
        return then(alone);
      default:
        return then(error_of(event.status, view(event.text)));
    }
  };
}

bool reached(const Event&) {
  return true;
}

std::vector<std::string> bytes_of(const std::vector<Cid>& cids) {
  std::vector<std::string> bytes;
  bytes.reserve(cids.size());
  for (const auto& cid : cids) bytes.push_back(cid.bytes());
  return bytes;
}

Result<std::string> block_of(const Event& event) {
  if (event.status == hermes_p2p_status_Ok) return std::string(view(event.value));
  return error_of(event.status, view(event.text));
}

// `call(node, id, deadline)` puts the request into the library's queue.
template <typename Call>
Libp2pRequest begin(const std::shared_ptr<Libp2pState>& state, Timeout timeout,
                    Libp2pState::OnEvent on_event, Libp2pState::OnEvent on_done, Call call) {
  const auto deadline = deadline_of(timeout);
  const auto begun = state->begin(
      {std::move(on_event), std::move(on_done)},
      [&](hermes_p2p_node* node, std::uint64_t id) { return call(node, id, deadline); });
  return {state, begun};
}

}  // namespace

Libp2pRequest Libp2pNode::subscribe(std::string_view topic, Timeout timeout, Then<> then) {
  return begin(state_, timeout, nullptr, done(std::move(then)),
               [&](auto* node, auto id, auto deadline) {
                 return hermes_p2p_subscribe(node, id, deadline, lend(topic), nullptr);
               });
}

Libp2pRequest Libp2pNode::unsubscribe(std::string_view topic, Timeout timeout, Then<> then) {
  return begin(state_, timeout, nullptr, done(std::move(then)),
               [&](auto* node, auto id, auto deadline) {
                 return hermes_p2p_unsubscribe(node, id, deadline, lend(topic));
               });
}

Libp2pRequest Libp2pNode::publish(std::string_view topic, std::string_view data, Timeout timeout,
                                  Then<std::uint64_t> then) {
  const auto sequence = +[](const Event& event) { return event.number; };
  return begin(state_, timeout, nullptr, done_anyway(std::move(then), std::uint64_t{0}, sequence),
               [&](auto* node, auto id, auto deadline) {
                 return hermes_p2p_publish(node, id, deadline, lend(topic), lend(data));
               });
}

Libp2pRequest Libp2pNode::dht_put(Dht dht, std::string_view key, std::string_view value,
                                  std::chrono::milliseconds life, Timeout timeout,
                                  Then<bool> then) {
  return begin(state_, timeout, nullptr, done_anyway(std::move(then), false, reached),
               [&](auto* node, auto id, auto deadline) {
                 return hermes_p2p_dht_put(node, id, deadline, handle_of(dht), lend(key),
                                           lend(value), 1, deadline_of(life));
               });
}

Libp2pRequest Libp2pNode::dht_keep(Dht dht, std::string_view key, std::string_view value,
                                   std::chrono::milliseconds life, Timeout timeout, Then<> then) {
  return begin(state_, timeout, nullptr, done(std::move(then)),
               [&](auto* node, auto id, auto deadline) {
                 return hermes_p2p_dht_keep(node, id, deadline, handle_of(dht), lend(key),
                                            lend(value), deadline_of(life));
               });
}

Libp2pRequest Libp2pNode::dht_remove(Dht dht, std::string_view key, Timeout timeout, Then<> then) {
  return begin(state_, timeout, nullptr, done(std::move(then)),
               [&](auto* node, auto id, auto deadline) {
                 return hermes_p2p_dht_remove(node, id, deadline, handle_of(dht), lend(key));
               });
}

Libp2pRequest Libp2pNode::dht_get(Dht dht, std::string_view key, std::uint32_t most,
                                  Timeout timeout, UniqueFunction<void(DhtValue)> on_value,
                                  Then<> then) {
  auto on_event = [on_value = std::move(on_value)](const Event& event) mutable {
    on_value({std::string(view(event.value)), std::string(view(event.peer))});
  };
  return begin(state_, timeout, std::move(on_event), done(std::move(then)),
               [&](auto* node, auto id, auto deadline) {
                 return hermes_p2p_dht_get(node, id, deadline, handle_of(dht), lend(key), most);
               });
}

Libp2pRequest Libp2pNode::dht_provide(Dht dht, std::string_view key, Timeout timeout,
                                      Then<bool> then) {
  return begin(state_, timeout, nullptr, done_anyway(std::move(then), false, reached),
               [&](auto* node, auto id, auto deadline) {
                 return hermes_p2p_dht_provide(node, id, deadline, handle_of(dht), lend(key));
               });
}

Libp2pRequest Libp2pNode::dht_unprovide(Dht dht, std::string_view key, Timeout timeout,
                                        Then<> then) {
  return begin(state_, timeout, nullptr, done(std::move(then)),
               [&](auto* node, auto id, auto deadline) {
                 return hermes_p2p_dht_unprovide(node, id, deadline, handle_of(dht), lend(key));
               });
}

Libp2pRequest Libp2pNode::dht_find_providers(Dht dht, std::string_view key, std::uint32_t most,
                                             Timeout timeout,
                                             UniqueFunction<void(std::string)> on_peer,
                                             Then<> then) {
  auto on_event = [on_peer = std::move(on_peer)](const Event& event) mutable {
    on_peer(std::string(view(event.peer)));
  };
  return begin(state_, timeout, std::move(on_event), done(std::move(then)),
               [&](auto* node, auto id, auto deadline) {
                 return hermes_p2p_dht_find_providers(node, id, deadline, handle_of(dht), lend(key),
                                                      most);
               });
}

std::uint64_t Libp2pNode::new_session() {
  return state_->next_session++;
}

Libp2pRequest Libp2pNode::fetch(std::uint64_t session, const std::vector<Cid>& cids,
                                const std::vector<std::string>& providers, Timeout timeout,
                                UniqueFunction<void(FetchedBlock)> on_block, Then<> then) {
  auto on_event = [on_block = std::move(on_block)](const Event& event) mutable {
    auto cid = Cid::from_bytes(view(event.key));
    if (cid) on_block({*std::move(cid), block_of(event)});
  };
  const auto bytes = bytes_of(cids);
  const auto lent_cids = lend_all(bytes);
  const auto lent_peers = lend_all(providers);
  return begin(state_, timeout, std::move(on_event), done(std::move(then)),
               [&](auto* node, auto id, auto deadline) {
                 return hermes_p2p_fetch(node, id, deadline, session, lent_cids.data(),
                                         lent_cids.size(), lent_peers.data(), lent_peers.size());
               });
}

void Libp2pNode::end_session(std::uint64_t session) {
  state_->use([&](hermes_p2p_node* node) { return hermes_p2p_session_end(node, session); });
}

void Libp2pNode::announce(const std::vector<Cid>& cids) {
  const auto bytes = bytes_of(cids);
  const auto lent = lend_all(bytes);
  for (std::size_t done = 0; done < lent.size(); done += kFetchedAtOnce) {
    const auto count = std::min(lent.size() - done, kFetchedAtOnce);
    state_->use([&](hermes_p2p_node* node) {
      return hermes_p2p_announce(node, lent.data() + done, count);
    });
  }
}

Libp2pRequest Libp2pNode::peers(Timeout timeout, Then<std::vector<ConnectedPeer>> then) {
  auto found = std::make_shared<std::vector<ConnectedPeer>>();
  auto on_event = [found](const Event& event) {
    auto& one = found->emplace_back();
    one.peer = view(event.peer);
    one.address = view(event.text);
    if (event.number > 0) one.ping = std::chrono::microseconds(event.number);
  };
  auto take = [found](const Event&) { return std::move(*found); };
  return begin(
      state_, timeout, std::move(on_event),
      done<std::vector<ConnectedPeer>>(std::move(then), std::move(take)),
      [](auto* node, auto id, auto deadline) { return hermes_p2p_peers(node, id, deadline); });
}

Libp2pRequest Libp2pNode::addresses(Timeout timeout, Then<std::vector<OwnAddress>> then) {
  auto found = std::make_shared<std::vector<OwnAddress>>();
  auto on_event = [found](const Event& event) {
    found->push_back({std::string(view(event.text)), event.number == 1});
  };
  auto take = [found](const Event&) { return std::move(*found); };
  return begin(
      state_, timeout, std::move(on_event),
      done<std::vector<OwnAddress>>(std::move(then), std::move(take)),
      [](auto* node, auto id, auto deadline) { return hermes_p2p_addresses(node, id, deadline); });
}

Libp2pRequest Libp2pNode::dial(std::string_view peer, const std::vector<std::string>& addresses,
                               Timeout timeout, Then<std::string> then) {
  const auto lent = lend_all(addresses);
  auto who = [](const Event& event) { return std::string(view(event.peer)); };
  return begin(state_, timeout, nullptr, done<std::string>(std::move(then), who),
               [&](auto* node, auto id, auto deadline) {
                 return hermes_p2p_dial(node, id, deadline, lend(peer), lent.data(), lent.size());
               });
}

Libp2pRequest Libp2pNode::disconnect(std::string_view peer, Timeout timeout, Then<> then) {
  return begin(state_, timeout, nullptr, done(std::move(then)),
               [&](auto* node, auto id, auto deadline) {
                 return hermes_p2p_disconnect(node, id, deadline, lend(peer));
               });
}

Libp2pRequest Libp2pNode::block_peer(std::string_view peer, std::chrono::milliseconds time,
                                     Timeout timeout, Then<> then) {
  return begin(state_, timeout, nullptr, done(std::move(then)),
               [&](auto* node, auto id, auto deadline) {
                 return hermes_p2p_peer_block(node, id, deadline, lend(peer),
                                              static_cast<std::uint64_t>(time.count()));
               });
}

Libp2pRequest Libp2pNode::unblock_peer(std::string_view peer, Timeout timeout, Then<> then) {
  return begin(state_, timeout, nullptr, done(std::move(then)),
               [&](auto* node, auto id, auto deadline) {
                 return hermes_p2p_peer_unblock(node, id, deadline, lend(peer));
               });
}

Libp2pRequest Libp2pNode::set_bootstrap(const std::vector<std::string>& addresses, Timeout timeout,
                                        Then<> then) {
  const auto lent = lend_all(addresses);
  return begin(state_, timeout, nullptr, done(std::move(then)),
               [&](auto* node, auto id, auto deadline) {
                 return hermes_p2p_bootstrap_set(node, id, deadline, lent.data(), lent.size());
               });
}

}  // namespace hermes::p2p
