#pragma once

// What is pinned is announced in the hash tables of IPFS, so that whoever has its CID finds the
// node: the roots alone, since blocks below them are asked of whoever has the root.
//
//   pins ──▶ roots that are due ──▶ a few at a time ──▶ hash table ──▶ due again in 22 hours
//
// The tables are independent: one that nobody of is connected does not hold the other up.

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "base/log.h"
#include "base/result.h"
#include "base/task_group.h"
#include "base/time.h"
#include "base/unique_function.h"
#include "p2p/announced_roots.h"
#include "p2p/libp2p_node.h"

namespace hermes::p2p {

class RootAnnouncer {
 public:
  static constexpr std::size_t kAtOnce = 16;       // In each table.
  static constexpr std::chrono::seconds kLook{5};  // Other processes pin too.
  static constexpr std::chrono::seconds kTime{60};

  /// Between two tries, where no peer hears them: twice as long each time.
  static constexpr std::chrono::seconds kFirstPause{5};
  static constexpr std::chrono::seconds kLongestPause{60};

  /// All outlive it, but for the node's callbacks, which it outlives.
  RootAnnouncer(Libp2pNode& node, AnnouncedRoots& roots, Clock& clock, log::Log& log);

  /// Begins nothing more, and does not use the node any more. Before the node is gone.
  void stop();

 private:
  // What is told to a table, by one task at a time.
  struct Telling {
    Dht dht;
    std::size_t under_way = 0;
    std::vector<std::string> heard = {};
    std::vector<std::string> unheard = {};
    std::vector<std::string> withdrawn = {};
    std::chrono::seconds pause{0};  // Zero: peers hear.
    MonotonicTime next{};
  };

  void run(UniqueFunction<void()> task);
  void look();
  void begin(Telling& telling);
  void announce(Telling& telling, const std::string& multihash);
  void withdraw(Telling& telling, const std::string& multihash);
  void ended(Telling& telling, std::vector<std::string> Telling::* outcome, std::string multihash);
  void settle(Telling& telling);
  Result<> write_down(Telling& telling);
  void fail(Telling& telling, const Error& error);
  void tell(const Error& error) const;

  Libp2pNode& node_;
  AnnouncedRoots& roots_;
  Clock& clock_;
  log::Log& log_;
  std::array<Telling, 2> tellings_{Telling{Dht::Lan}, Telling{Dht::Wan}};
  Guarded<std::unique_ptr<TaskGroup>> tasks_;  // Null once it is stopped.
  std::unique_ptr<Alarm> looking_;             // Last, since it calls back.
};

}  // namespace hermes::p2p
