#include "runtime/breaches.h"

#include <chrono>
#include <cstddef>
#include <utility>

#include "base/strings.h"

namespace hermes::runtime {
namespace {

constexpr auto kSilence = std::chrono::seconds(1);

std::size_t number_of(Limit limit) {
  return static_cast<std::size_t>(limit);
}

}  // namespace

void Breaches::add(std::string_view app) {
  state_.with([&](State& state) { state.apps.try_emplace(std::string(app)); });
}

void Breaches::remove(std::string_view app) {
  state_.with([&](State& state) {
    const auto found = state.apps.find(app);
    if (found != state.apps.end()) state.apps.erase(found);
  });
}

void Breaches::count(Limit limit, std::string_view app) {
  const auto number = number_of(limit);
  state_.with([&](State& state) {
    ++state.all[number];
    const auto found = state.apps.find(app);
    if (found != state.apps.end()) ++found->second.counts[number];
  });
}

void Breaches::report(const Breach& breach) {
  const auto number = number_of(breach.limit);
  const auto now = clock_.now().monotonic;
  // How many records are owed for those before; nothing while there is to be none.
  const auto unsaid = state_.with([&](State& state) -> std::optional<std::uint64_t> {
    ++state.all[number];
    const auto found = state.apps.find(breach.app);
    if (found != state.apps.end()) ++found->second.counts[number];
    auto& said = (found == state.apps.end() ? state.said : found->second.said)[number];
    if (now < said.until) {
      ++said.unsaid;
      return std::nullopt;
    }
    said.until = now + kSilence;
    return std::exchange(said.unsaid, 0);
  });
  if (!unsaid) return;
  const auto others =
      *unsaid == 0 ? "" : concat("; ", *unsaid, " more times since the record before");
  log_.write({.level = log::Level::Warn,
              .app = breach.app,
              .module = breach.module,
              .event = breach.event,
              .execution = breach.execution,
              .message = concat(describe(breach.limit), others)});
}

BreachCounts Breaches::of(std::string_view app) const {
  return state_.with([&](const State& state) {
    const auto found = state.apps.find(app);
    return found == state.apps.end() ? BreachCounts{} : found->second.counts;
  });
}

BreachCounts Breaches::all() const {
  return state_.with([](const State& state) { return state.all; });
}

}  // namespace hermes::runtime
