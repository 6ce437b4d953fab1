#pragma once

#include <array>
#include <atomic>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <thread>

#include "base/result.h"
#include "base/strings.h"
#include "runtime/event.h"

namespace hermes::testing {

/// A number for tests that throw dice, of each thread's own series.
inline std::uint64_t random_number() {
  static std::atomic<std::uint64_t> threads{0};
  thread_local std::mt19937_64 engine{++threads};
  return engine();
}

/// Books about the events of lanes, in which every break of the order is counted:
///
///  - the events of a lane neither overlap nor overtake each other, at any module;
///  - each accepted event is done exactly once, after a reply of each module, or with none at all
///    where it was never delivered.
///
/// Who posts holds the lane's `posting`, so that events have their numbers in the order of posts.
/// The numbers travel with the events, as `text`. Thread-safe.
class OrderLedger {
 public:
  static constexpr std::size_t kApps = 3;
  static constexpr std::size_t kSources = 7;
  static constexpr int kModules = 2;

  struct Lane {
    std::size_t app;
    std::size_t source;
    std::mutex posting;
    int posted = 0;
    std::atomic<int> running{kNone};  // The event that is being delivered.
    int last_done = kNone;
  };

  /// One event that was accepted, or may be.
  class Entry {
   public:
    Entry(OrderLedger& ledger, Lane& lane) : ledger_(ledger), lane_(lane), number_(lane.posted) {}

    std::string text() const { return concat(lane_.app, " ", lane_.source, " ", number_); }
    void withdrawn() { is_withdrawn_ = true; }

    void replied(bool is_error) {
      const int running = lane_.running;
      // A call may fail before its module does anything.
      ledger_.expect(running == number_ || (is_error && running == kNone));
      ledger_.expect(done_ == 0);
      ++replies_;
      ++(is_error ? ledger_.failures : ledger_.replies);
    }

    void done(runtime::EventOutcome outcome) {
      using runtime::EventOutcome;
      const bool delivered = outcome == EventOutcome::Delivered;
      ledger_.expect(replies_ == (delivered ? kModules : 0));
      ledger_.expect(!is_withdrawn_ || outcome == EventOutcome::Withdrawn);
      ledger_.expect(done_++ == 0);
      ledger_.expect(lane_.last_done < number_);
      lane_.last_done = number_;
      if (lane_.running.exchange(kNone) != kNone) --ledger_.running_;
      ++ledger_.done;
    }

   private:
    OrderLedger& ledger_;
    Lane& lane_;
    const int number_;
    std::atomic<int> replies_{0};
    std::atomic<int> done_{0};
    std::atomic<bool> is_withdrawn_{false};
  };

  OrderLedger() {
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
      lanes_[i].app = i / kSources;
      lanes_[i].source = i % kSources;
    }
  }

  Lane& any_lane() { return lanes_[random_number() % lanes_.size()]; }

  /// With the lane's `posting` held, once the lane's next event was accepted.
  void accepted_one(Lane& lane) {
    ++lane.posted;
    ++accepted;
  }

  /// A module handles the event with that text.
  void handling(std::string_view text) {
    const auto words = split(text, ' ');
    auto& lane = lanes_[number_of(words[0]) * kSources + number_of(words[1])];
    const auto number = static_cast<int>(number_of(words[2]));
    int before = kNone;
    if (!lane.running.compare_exchange_strong(before, number)) return expect(before == number);
    const int now = ++running_;
    for (int most = most_at_once; now > most && !most_at_once.compare_exchange_weak(most, now);) {
    }
  }

  std::atomic<int> accepted{0};
  std::atomic<int> refused{0};
  std::atomic<int> replies{0};
  std::atomic<int> failures{0};
  std::atomic<int> done{0};
  std::atomic<int> violations{0};
  std::atomic<int> most_at_once{0};  // Lanes whose events were being delivered.

 private:
  static constexpr int kNone = -1;

  static std::size_t number_of(std::string_view word) {
    std::size_t number = 0;
    std::from_chars(word.data(), word.data() + word.size(), number);
    return number;
  }
  void expect(bool holds) { violations += holds ? 0 : 1; }

  std::array<Lane, kApps * kSources> lanes_;
  std::atomic<int> running_{0};
};

}  // namespace hermes::testing
