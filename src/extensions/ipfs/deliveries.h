#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "extensions/ipfs/evictions.h"
#include "extensions/ipfs/judgement.h"
#include "extensions/ipfs/listeners.h"

namespace hermes::ipfs {

/// Messages on their way to apps, and what apps think of them.
///
///   peer ──▶ evicted? ──▶ envelope, replay ──▶ on-topic ──▶ verdict ──▶ forwarded, or not
///
/// An app for which too many wait loses those that come: it never holds up a peer. Thread-safe.
class Deliveries {
 public:
  Deliveries(const Parts& parts, Inboxes& inboxes, const Listeners& listeners,
             const Evictions& evictions)
      : parts_(parts), inboxes_(inboxes), listeners_(listeners), evictions_(evictions) {}

  /// Of a peer.
  void deliver(p2p::TopicMessage message);

  /// Of an app of this node, `but`, to the others that listen; whether there are any. `depth` is
  /// that of the call.
  bool deliver_here(const Topic& topic, std::string_view data, const runtime::AppId& but,
                    std::uint32_t depth);

 private:
  struct Delivery;

  void deliver_to(const Listener& listener, std::string_view author, std::string_view data,
                  const std::shared_ptr<Judgement>& judgement, std::uint32_t depth);
  bool post(const Listener& listener, std::string_view author, std::string_view data,
            std::shared_ptr<Judgement> judgement, std::uint32_t depth);

  const Parts& parts_;
  Inboxes& inboxes_;
  const Listeners& listeners_;
  const Evictions& evictions_;
};

}  // namespace hermes::ipfs
