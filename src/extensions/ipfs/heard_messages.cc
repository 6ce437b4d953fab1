#include "extensions/ipfs/heard_messages.h"

#include <algorithm>
#include <utility>

#include "base/strings.h"

namespace hermes::ipfs {
namespace {

constexpr std::string_view kForgotten;  // In place of a name: until when authors were forgotten.

}  // namespace

Result<> HeardMessages::load(p2p::AppTracking& tracking, std::string_view app, UtcTime now) {
  const auto authors = TRY(tracking.heard(app, now));
  state_.with([&](State& state) {
    for (const auto& [author, heard] : authors) {
      if (author == kForgotten) {
        state.window.begin(heard.last);
      } else {
        state.window.begin(author, heard.highest, heard.last);
      }
    }
  });
  return {};
}

bool HeardMessages::note(std::string_view topic, std::string_view author, const Opened& message) {
  // Each author counts anew on each topic. Those of structured topics have names of one length.
  const auto name = concat(author, topic);
  return state_.with([&](State& state) {
    if (!state.window.note(name, message.sequence, message.expiry)) return false;
    auto& [highest, last] = state.changed[name];
    highest = std::max(highest, message.sequence);
    last = std::max(last, message.expiry);
    return true;
  });
}

Result<> HeardMessages::save(p2p::AppTracking& tracking, std::string_view app, UtcTime now) {
  UtcTime forgotten;
  auto changed = state_.with([&](State& state) {
    forgotten = state.window.forgotten();
    return std::exchange(state.changed, {});
  });
  if (changed.empty()) return {};
  if (forgotten > now) changed[std::string(kForgotten)] = {0, forgotten};
  auto saved = tracking.set_heard(app, changed, std::max(now, forgotten));
  if (!saved) state_.with([&](State& state) { state.changed.merge(changed); });
  return saved;
}

bool HeardMessages::is_saved() const {
  return state_.with([](const State& state) { return state.changed.empty(); });
}

}  // namespace hermes::ipfs
