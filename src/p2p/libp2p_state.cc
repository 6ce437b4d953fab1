#include "p2p/libp2p_state.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <string>

#include "base/check.h"
#include "base/thread_name.h"
#include "p2p/libp2p_abi.h"

namespace hermes::p2p {
namespace {

constexpr std::size_t kEventsAtOnce = 64;

std::optional<Libp2pChange::Kind> change_of(hermes_p2p_event_kind kind) {
  using Kind = Libp2pChange::Kind;
  switch (kind) {
    case hermes_p2p_event_kind_Listening:
      return Kind::Listening;
    case hermes_p2p_event_kind_NotListening:
      return Kind::NotListening;
    case hermes_p2p_event_kind_Connected:
      return Kind::Connected;
    case hermes_p2p_event_kind_Disconnected:
      return Kind::Disconnected;
    case hermes_p2p_event_kind_Identified:
      return Kind::Identified;
    case hermes_p2p_event_kind_PeerSubscribed:
      return Kind::Subscribed;
    case hermes_p2p_event_kind_PeerUnsubscribed:
      return Kind::Unsubscribed;
    case hermes_p2p_event_kind_Reachable:
      return Kind::Reachable;
    case hermes_p2p_event_kind_Unreachable:
      return Kind::Unreachable;
    case hermes_p2p_event_kind_Discovered:
      return Kind::Discovered;
    case hermes_p2p_event_kind_NodeFailed:
      return Kind::Failed;
    case hermes_p2p_event_kind_NodeRebuilt:
      return Kind::Rebuilt;
    case hermes_p2p_event_kind_Dropped:
      return Kind::Dropped;
    default:
      return std::nullopt;
  }
}

// A topic is in the key, anything else in the text.
std::string_view text_of(const hermes_p2p_event& event) {
  return view(event.text.len > 0 ? event.text : event.key);
}

}  // namespace

Libp2pState::Libp2pState(Identity who, UniqueFunction<void(Libp2pChange)> on_change)
    : identity(std::move(who)),
      on_change_(std::move(on_change)),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  HERMES_CHECK(wake_, "a process can have one more descriptor");
}

void Libp2pState::refuse(std::uint64_t id, hermes_p2p_status status) {
  refused_.with([&](Refused& refused) { refused.emplace_back(id, status); });
  wake();
}

void Libp2pState::later(UniqueFunction<void()> work) {
  work_.with([&](auto& all) { all.push_back(std::move(work)); });
  wake();
}

void Libp2pState::run() {
  name_this_thread("p2p-events");
  while (true) {
    const bool is_finishing = is_finishing_;
    bool is_idle = !take_refused();
    is_idle &= !take_events();
    is_idle &= !take_work();
    if (!is_idle) continue;
    if (is_finishing) break;
    wait();
  }
  end_rest();
}

void Libp2pState::finish() {
  is_finishing_ = true;
  wake();
}

void Libp2pState::wait() {
  int events = -1;
  use([&](hermes_p2p_node* node) {
    events = hermes_p2p_event_fd(node);
    return hermes_p2p_status_Ok;
  });
  std::array<pollfd, 2> readable{{{wake_.get(), POLLIN, 0}, {events, POLLIN, 0}}};
  poll(readable.data(), readable.size(), -1);
  std::uint64_t count = 0;
  static_cast<void>(!read(wake_.get(), &count, sizeof count));  // Fails where nobody woke it.
}

void Libp2pState::wake() const {
  const std::uint64_t one = 1;
  static_cast<void>(!write(wake_.get(), &one, sizeof one));  // Fails where it is awake for long.
}

bool Libp2pState::take_events() {
  std::array<hermes_p2p_event, kEventsAtOnce> events;  // NOLINT: only what is polled is read.
  std::size_t count = 0;
  use([&](hermes_p2p_node* node) {
    count = hermes_p2p_poll(node, events.data(), events.size());
    return hermes_p2p_status_Ok;
  });
  for (std::size_t i = 0; i < count; ++i) {
    take(events[i]);
    hermes_p2p_event_release(&events[i], 1);
  }
  return count > 0;
}

bool Libp2pState::take_refused() {
  const auto refused = refused_.with([](Refused& all) { return std::exchange(all, {}); });
  for (const auto& [id, status] : refused) {
    hermes_p2p_event event{};
    event.kind = hermes_p2p_event_kind_Done;
    event.request = id;
    event.status = status;
    end(event);
  }
  return !refused.empty();
}

bool Libp2pState::take_work() {
  auto work = work_.with([](auto& all) { return std::exchange(all, {}); });
  for (auto& one : work) one();
  return !work.empty();
}

// What the library left open, because it hangs.
void Libp2pState::end_rest() {
  for (bool is_empty = false; !is_empty;) {
    is_empty = requests.with([&](auto& open) {
      for (const auto& [id, request] : open) refuse(id, hermes_p2p_status_Stopped);
      return open.empty();
    });
    take_refused();
    is_empty &= !take_work();
  }
}

void Libp2pState::take(const hermes_p2p_event& event) {
  if (event.request != 0 && event.kind == hermes_p2p_event_kind_Done) return end(event);
  if (event.request != 0) {
    // Nobody but this thread takes it out.
    auto* const request = requests.with([&](auto& open) {
      const auto found = open.find(event.request);
      return found == open.end() ? nullptr : found->second.get();
    });
    if (request != nullptr && request->on_event) request->on_event(event);
    return;
  }
  if (event.kind == hermes_p2p_event_kind_Message) {
    messages({std::string(view(event.key)), std::string(view(event.author)),
              std::string(view(event.peer)), event.number, std::string(view(event.value)),
              Pending(weak_from_this(), event.token)});
  } else if (event.kind == hermes_p2p_event_kind_Record) {
    const auto dht = static_cast<Dht>(event.dht);
    auto& sink = dht == Dht::App ? records : ipns;
    sink({dht, std::string(view(event.key)), std::string(view(event.value)),
          std::string(view(event.peer)), std::chrono::milliseconds(event.number),
          Pending(weak_from_this(), event.token)});
  } else if (const auto kind = change_of(event.kind); kind && on_change_) {
    on_change_({*kind, std::string(view(event.peer)), std::string(text_of(event)), event.number});
  }
}

void Libp2pState::end(const hermes_p2p_event& event) {
  const auto request = requests.with([&](auto& open) {
    auto found = open.extract(event.request);
    return found.empty() ? nullptr : std::move(found.mapped());
  });
  if (request) request->on_done(event);
}

}  // namespace hermes::p2p
