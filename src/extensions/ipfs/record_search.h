#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "base/unique_function.h"
#include "p2p/record.h"

namespace hermes::ipfs {

/// Looks for one record in several places at once: what counts is the first place, in their order,
/// that has one. Thread-safe.
class RecordSearch {
 public:
  /// `then` gets it, or nullopt once all places have ended without; once, within `add` or `end`.
  RecordSearch(std::size_t places, UniqueFunction<void(std::optional<p2p::Record>)> then) {
    state_.with([&](State& state) {
      state.places.resize(places);
      state.then = std::move(then);
    });
  }

  /// A record of that place that was checked; the newest counts.
  void add(std::size_t place, p2p::Record record) {
    state_.with([&](State& state) {
      auto& best = state.places[place].best;
      const bool is_newer = !best || std::pair(record.sequence, record.expiry) >
                                         std::pair(best->sequence, best->expiry);
      if (is_newer) best = std::move(record);
    });
  }

  /// There are no more of it.
  void end(std::size_t place) {
    std::optional<p2p::Record> found;
    auto then = state_.with([&](State& state) -> UniqueFunction<void(std::optional<p2p::Record>)> {
      state.places[place].has_ended = true;
      for (auto& each : state.places) {
        if (!each.has_ended) return nullptr;
        if (!each.best) continue;
        found = each.best;
        break;
      }
      return std::exchange(state.then, nullptr);
    });
    if (then) then(std::move(found));
  }

 private:
  struct Place {
    std::optional<p2p::Record> best = std::nullopt;
    bool has_ended = false;
  };
  struct State {
    std::vector<Place> places = {};
    UniqueFunction<void(std::optional<p2p::Record>)> then = nullptr;
  };

  Guarded<State> state_;
};

}  // namespace hermes::ipfs
