#pragma once

// Only for what meets the Rust side: what the node of libp2p, its requests and its pending verdicts
// share.

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "base/unique_function.h"
#include "hermes_p2p.h"
#include "io/descriptor.h"
#include "p2p/identity.h"
#include "p2p/libp2p_types.h"

namespace hermes::p2p {

/// Who hears something, on the node's thread, until another does.
template <typename T>
class Sink {
 public:
  /// The one before is gone then, unless it is what calls.
  void set(UniqueFunction<void(T)> function) {
    auto next = std::make_shared<UniqueFunction<void(T)>>(std::move(function));
    const std::lock_guard lock(mutex_);
    function_.swap(next);
  }

  void operator()(T value) {
    const std::lock_guard lock(mutex_);
    const auto function = function_;
    if (function && *function) (*function)(std::move(value));
  }

 private:
  std::recursive_mutex mutex_;  // Held while the function runs.
  std::shared_ptr<UniqueFunction<void(T)>> function_;
};

struct Libp2pState : std::enable_shared_from_this<Libp2pState> {
  using OnEvent = UniqueFunction<void(const hermes_p2p_event&)>;

  Libp2pState(Identity who, UniqueFunction<void(Libp2pChange)> on_change);

  /// What becomes of a request. `on_event` is for what comes before its end, and may be null.
  struct Request {
    OnEvent on_event;
    OnEvent on_done;
  };

  /// Begins a request by `call(node, id)`, which answers at once, and returns its id.
  template <typename Call>
  std::uint64_t begin(Request request, Call&& call) {
    const auto id = next_id++;
    requests.with(
        [&](auto& open) { open.emplace(id, std::make_unique<Request>(std::move(request))); });
    const auto status = use([&](hermes_p2p_node* node) { return call(node, id); });
    if (status != hermes_p2p_status_Ok) refuse(id, status);
    return id;
  }

  /// The library's node, as long as there is one: then it is not freed meanwhile.
  template <typename Call>
  hermes_p2p_status use(Call&& call) {
    const std::shared_lock lock(handle_mutex);
    return handle == nullptr ? hermes_p2p_status_Stopped : call(handle);
  }

  /// A request has not begun: the node's thread says so.
  void refuse(std::uint64_t id, hermes_p2p_status status);

  /// The node's thread does it behind the events that are there.
  void later(UniqueFunction<void()> work);

  /// On the node's thread, until `finish`; then no request is open.
  void run();
  void finish();

  const Identity identity;

  std::shared_mutex handle_mutex;
  hermes_p2p_node* handle = nullptr;  // Null before and after its life.

  std::atomic<std::uint64_t> next_id = 1;
  std::atomic<std::uint64_t> next_session = 1;
  Guarded<std::unordered_map<std::uint64_t, std::unique_ptr<Request>>> requests;
  Sink<TopicMessage> messages;
  Sink<OfferedRecord> records;  // Of the table of Hermes,
  Sink<OfferedRecord> ipns;     // and of those of IPFS.

 private:
  using Refused = std::vector<std::pair<std::uint64_t, hermes_p2p_status>>;

  void wait();
  void wake() const;
  bool take_events();
  bool take_refused();
  bool take_work();
  void end_rest();
  void take(const hermes_p2p_event& event);
  void end(const hermes_p2p_event& event);

  UniqueFunction<void(Libp2pChange)> on_change_;
  const io::Descriptor wake_;
  std::atomic<bool> is_finishing_ = false;
  Guarded<Refused> refused_;
  Guarded<std::vector<UniqueFunction<void()>>> work_;
};

}  // namespace hermes::p2p
