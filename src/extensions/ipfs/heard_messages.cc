#include "extensions/ipfs/heard_messages.h"

#include <algorithm>
#include <utility>

#include "base/strings.h"

namespace hermes::ipfs {

Result<> HeardMessages::load(p2p::AppTracking& tracking, std::string_view app, UtcTime now) {
  const auto authors = TRY(tracking.heard(app, now - p2p::ReplayWindow::kMemory));
  state_.with([&](State& state) {
    for (const auto& [author, heard] : authors) {
      state.window.begin(author, heard.highest, heard.last);
    }
  });
  return {};
}

bool HeardMessages::note(std::string_view topic, std::string_view author, std::uint64_t sequence,
                         UtcTime now) {
  // Each author counts anew on each topic. Those of structured topics have names of one length.
  const auto name = concat(author, topic);
  return state_.with([&](State& state) {
    if (!state.window.note(name, sequence, now)) return false;
    auto& changed = state.changed[name];
    changed = {std::max(changed.highest, sequence), now};
    return true;
  });
}

Result<> HeardMessages::save(p2p::AppTracking& tracking, std::string_view app, UtcTime now) {
  auto changed = state_.with([](State& state) { return std::exchange(state.changed, {}); });
  if (changed.empty()) return {};
  auto saved = tracking.set_heard(app, changed, now - p2p::ReplayWindow::kMemory);
  if (!saved) state_.with([&](State& state) { state.changed.merge(changed); });
  return saved;
}

bool HeardMessages::is_saved() const {
  return state_.with([](const State& state) { return state.changed.empty(); });
}

}  // namespace hermes::ipfs
