#pragma once

// Names of IPNS (ipns_record.h) in the hash tables of IPFS: that of the node is published, those of
// others are looked up, and records of others are stored for others.

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "p2p/ipns_record.h"
#include "p2p/libp2p_node.h"

namespace hermes::p2p {

/// Thread-safe. What is called back runs on the node's thread.
class Ipns {
 public:
  template <typename T>
  using Then = Libp2pNode::Then<T>;

  struct Life {
    std::chrono::nanoseconds validity = std::chrono::hours(48);
    std::chrono::nanoseconds time_to_live = std::chrono::minutes(5);
  };

  /// The node's own record is kept in `file`; while it is valid, it is published again every four
  /// hours. The rest outlives it.
  Ipns(Libp2pNode& node, Clock& clock, std::filesystem::path file);
  ~Ipns();

  /// From now on the node's name stands for `value`, a path. `then` gets whether a peer knows,
  /// false if there is none, yet.
  void publish(std::string_view value, const Life& life, Libp2pNode::Timeout timeout,
               Then<bool> then);

  /// The record that counts of the key whose peer id is `peer`. NotFound if there is none that is
  /// valid.
  void resolve(std::string_view peer, Libp2pNode::Timeout timeout, Then<IpnsRecord> then);

 private:
  class State;

  // Requests that are under way keep it.
  const std::shared_ptr<State> state_;
  const std::unique_ptr<Alarm> again_;  // Last, so that it does not ring any more.
};

}  // namespace hermes::p2p
