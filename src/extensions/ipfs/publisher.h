#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "extensions/ipfs/deliveries.h"
#include "extensions/ipfs/question.h"

namespace hermes::ipfs {

/// Messages of apps on their way to peers, and to other apps of this node. While the queues of all
/// peers are full, a message is tried again every few milliseconds. Thread-safe.
class Publisher {
 public:
  Publisher(const Parts& parts, Deliveries& deliveries)
      : parts_(parts),
        deliveries_(deliveries),
        alarm_(parts.clock.alarm([this] { try_again(); })) {}

  /// Numbers of messages are higher than in all lives before.
  Result<> start();

  void publish(const std::shared_ptr<const Rights>& rights, Topic topic,
               const wit::ipfs::MessageData& data, std::uint32_t depth,
               std::shared_ptr<Question<void>> question);

  /// Tries no more.
  void stop();

 private:
  struct Message {
    runtime::AppId app;
    Topic topic;
    std::string data;
    std::uint32_t depth;
    MonotonicTime until;
    std::shared_ptr<Question<void>> question;
    Guarded<std::function<void()>> cancel_try{};
  };
  struct State {
    std::map<std::string, std::int64_t> sent = {};  // How many, by app and topic.
    std::vector<std::shared_ptr<Message>> waiting = {};
    bool is_stopped = false;
  };

  std::int64_t next_number(const runtime::AppId& app, const Topic& topic);
  void send(const std::shared_ptr<Message>& message);
  static void cancel(const Message& message);
  void finish(const std::shared_ptr<Message>& message, const Result<std::uint64_t>& sent);
  void wait(const std::shared_ptr<Message>& message);
  void try_again();

  const Parts& parts_;
  Deliveries& deliveries_;
  std::uint64_t life_ = 0;
  Guarded<State> state_;
  std::unique_ptr<Alarm> alarm_;  // Last, since it calls back; null once stopped.
};

}  // namespace hermes::ipfs
