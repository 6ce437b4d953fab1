#pragma once

#include <atomic>
#include <utility>

#include "p2p/libp2p_types.h"

namespace hermes::ipfs {

/// What becomes of a message of a peer: each who has a say holds it until they have said it, and
/// the worst opinion counts. Thread-safe.
class Judgement {
 public:
  explicit Judgement(p2p::Pending pending) : pending_(std::move(pending)) {}
  Judgement(const Judgement&) = delete;
  ~Judgement() { pending_.give(worst_); }

  void say(p2p::Verdict opinion) {
    auto worst = worst_.load();
    while (weight(opinion) > weight(worst) && !worst_.compare_exchange_weak(worst, opinion)) {
    }
  }

 private:
  static int weight(p2p::Verdict verdict) {
    if (verdict == p2p::Verdict::Accept) return 0;
    return verdict == p2p::Verdict::Ignore ? 1 : 2;
  }

  p2p::Pending pending_;
  std::atomic<p2p::Verdict> worst_ = p2p::Verdict::Accept;
};

}  // namespace hermes::ipfs
