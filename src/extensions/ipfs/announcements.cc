#include "extensions/ipfs/announcements.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace hermes::ipfs {
namespace {

constexpr std::chrono::nanoseconds kLongestPause = std::chrono::hours(1);
constexpr int kMostDoublings = 10;

}  // namespace

void Announcements::app_started(const runtime::AppId& app) {
  state_.with([&](State& state) { state.apps.insert(app); });
}

void Announcements::app_stopped(const runtime::AppId& app) {
  state_.with([&](State& state) {
    state.apps.erase(app);
    std::erase_if(state.entries, [&](const auto& entry) { return entry.first.app == app; });
  });
}

void Announcements::told(const Announced& announced, bool is_heard) {
  state_.with([&](State& state) {
    if (!state.apps.contains(announced.app)) return;
    plan(state.entries[announced], is_heard);
    set_alarm(state);
  });
}

void Announcements::add(const Announced& announced) {
  state_.with([&](State& state) {
    if (!state.apps.contains(announced.app)) return;
    state.entries[announced].due = clock_.now().monotonic;
    set_alarm(state);
  });
}

void Announcements::stop() {
  state_.with([](State& state) {
    state.is_stopped = true;
    state.apps.clear();
    state.entries.clear();
  });
  alarm_.reset();
}

void Announcements::ring() {
  const auto due = state_.with([&](State& state) {
    std::vector<Announced> found;
    const auto now = clock_.now().monotonic;
    for (auto& [announced, entry] : state.entries) {
      if (state.under_way >= kAtOnce) break;
      if (entry.is_under_way || entry.due > now) continue;
      entry.is_under_way = true;
      ++state.under_way;
      found.push_back(announced);
    }
    set_alarm(state);
    return found;
  });
  for (const auto& announced : due) {
    tell_(announced, [this, announced](bool is_heard) { done(announced, is_heard); });
  }
}

void Announcements::done(const Announced& announced, bool is_heard) {
  state_.with([&](State& state) {
    --state.under_way;
    const auto found = state.entries.find(announced);
    if (found != state.entries.end()) {
      found->second.is_under_way = false;
      plan(found->second, is_heard);
    }
    set_alarm(state);
  });
}

void Announcements::plan(Entry& entry, bool is_heard) const {
  entry.failures = is_heard ? 0 : entry.failures + 1;
  std::chrono::nanoseconds pause = kPeriod;
  if (!is_heard) {
    const auto doublings = std::min(entry.failures - 1, kMostDoublings);
    pause = std::min(kLongestPause, std::chrono::nanoseconds(kFirstPause) * (1 << doublings));
  }
  entry.due = clock_.now().monotonic + pause;
}

// For the next that is due and may begin.
void Announcements::set_alarm(const State& state) {
  if (state.is_stopped || state.under_way >= kAtOnce) return;
  std::optional<MonotonicTime> soonest;
  for (const auto& [announced, entry] : state.entries) {
    if (!entry.is_under_way) soonest = std::min(soonest.value_or(entry.due), entry.due);
  }
  if (soonest) alarm_->set(*soonest);
}

}  // namespace hermes::ipfs
