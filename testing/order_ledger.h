#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/guarded.h"
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
///  - the events of a lane neither overlap nor overtake each other, at any module, and each comes
///    to a module at most once;
///  - each accepted event is done exactly once, after a reply of each module that it names, or with
///    none at all where it was never delivered.
///
/// Which modules an event names is random: some of them, all, or only one that is not there.
///
/// Who posts holds the lane's `posting`, so that events have their numbers in the order of posts.
/// The numbers travel with the events, as `text`. Thread-safe.
class OrderLedger {
 public:
  static constexpr std::size_t kApps = 3;
  static constexpr std::size_t kSources = 7;
  static constexpr std::size_t kModules = 3;  // Whose ids are "0", "1", "2".

  struct Lane {
    std::size_t app;
    std::size_t source;
    std::mutex posting;
    int posted = 0;
    std::atomic<int> running{kNone};  // The event that is being delivered.
    std::array<std::atomic<int>, kModules> last_handled{kNone, kNone, kNone};
    int last_done = kNone;
  };

  /// One event that was accepted, or may be.
  class Entry {
   public:
    Entry(OrderLedger& ledger, Lane& lane)
        : ledger_(ledger),
          lane_(lane),
          number_(lane.posted),
          modules_(random_number() % 64 == 0 ? kNoModule : random_number() % (kAllModules + 1)) {}

    std::string text() const {
      return concat(lane_.app, " ", lane_.source, " ", number_, " ", modules_);
    }

    runtime::Target target(std::string app) const {
      runtime::Target target{.app = std::move(app)};
      for (std::size_t module = 0; module <= kModules; ++module) {
        if ((modules_ >> module & 1U) != 0) target.modules.push_back(std::to_string(module));
      }
      return target;
    }

    void withdrawn() {
      is_withdrawn_ = true;
      ++ledger_.withdrawn;
    }

    /// Of a call: why it failed, or null.
    void replied(const Error* error) {
      const int running = lane_.running;
      // A call may fail before its module does anything.
      ledger_.expect(running == number_ || (error != nullptr && running == kNone));
      ledger_.expect(done_ == 0);
      ++replies_;
      ++(error != nullptr ? ledger_.failures : ledger_.replies);
      if (error != nullptr && error->code() == Code::Stopping) ++ledger_.ended;
    }

    void done(runtime::EventOutcome outcome) {
      using runtime::EventOutcome;
      const bool delivered = outcome == EventOutcome::Delivered;
      ledger_.expect(replies_ == (delivered ? called() : 0));
      ledger_.expect(!delivered || called() > 0);
      ledger_.expect(outcome != EventOutcome::NoHandler || called() == 0);
      if (outcome == EventOutcome::NoHandler) ++ledger_.unhandled;
      ledger_.expect(!is_withdrawn_ || outcome == EventOutcome::Withdrawn);
      ledger_.expect(done_++ == 0);
      ledger_.expect(lane_.last_done < number_);
      lane_.last_done = number_;
      if (lane_.running.exchange(kNone) != kNone) --ledger_.running_;
      ++ledger_.done;
    }

   private:
    // Who names none means all.
    int called() const {
      return std::popcount((modules_ == 0 ? kAllModules : modules_) & kAllModules);
    }

    OrderLedger& ledger_;
    Lane& lane_;
    const int number_;
    const std::uint64_t modules_;  // A bit for each that is named.
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

  /// Keeps the ticket of an event for `any_ticket`.
  void keep(const runtime::Ticket& ticket) {
    tickets_.with([&](Tickets& all) { all[random_number() % all.size()] = ticket; });
  }
  /// Of an event that waits, runs or is done.
  runtime::Ticket any_ticket() {
    return tickets_.with([](Tickets& all) { return all[random_number() % all.size()]; });
  }

  /// A module begins to handle the event with that text.
  void begins(std::string_view text, std::string_view module_id) {
    const auto words = split(text, ' ');
    const auto number = static_cast<int>(number_of(words[2]));
    const auto named = number_of(words[3]);
    const auto module = number_of(module_id);
    expect(named == 0 || (named >> module & 1U) != 0);
    expect(lane_of(words).last_handled.at(module).exchange(number) < number);
    handling(text);
  }

  /// A module handles the event with that text.
  void handling(std::string_view text) {
    const auto words = split(text, ' ');
    auto& lane = lane_of(words);
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
  std::atomic<int> ended{0};      // Calls that were told to end.
  std::atomic<int> withdrawn{0};  // Events, by their tickets.
  std::atomic<int> unhandled{0};  // Events that no module is for.
  std::atomic<int> done{0};
  std::atomic<int> violations{0};
  std::atomic<int> most_at_once{0};  // Lanes whose events were being delivered.

 private:
  static constexpr int kNone = -1;
  static constexpr std::uint64_t kAllModules = (1U << kModules) - 1;
  static constexpr std::uint64_t kNoModule = 1U << kModules;

  using Tickets = std::array<runtime::Ticket, 64>;

  static std::size_t number_of(std::string_view word) {
    std::size_t number = 0;
    std::from_chars(word.data(), word.data() + word.size(), number);
    return number;
  }
  Lane& lane_of(const auto& words) {
    return lanes_[number_of(words[0]) * kSources + number_of(words[1])];
  }
  void expect(bool holds) { violations += holds ? 0 : 1; }

  std::array<Lane, kApps * kSources> lanes_;
  Guarded<Tickets> tickets_;
  std::atomic<int> running_{0};
};

}  // namespace hermes::testing
