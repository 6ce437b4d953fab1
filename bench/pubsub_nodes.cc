// Messages of 1 KiB from one node of libp2p to another, both in this process, over TCP.
//
//   pubsub_nodes [MESSAGES [ROUNDS]]
//
// Each is signed, sent, checked and accepted. The first round warms up and is not printed. The rate
// is that at which they arrive, from the first publish on; the figure is the median.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "bench/program.h"
#include "p2p/test_node.h"

namespace hermes::bench {
namespace {

using namespace std::chrono_literals;
using p2p::TestNode;

constexpr std::size_t kBytes = 1'024;
constexpr std::size_t kUnderWay = 256;
constexpr auto kTopic = "bench";
constexpr auto kPatience = 60s;

/// Which of the messages of a round have come.
class Heard {
 public:
  void begin(std::size_t messages) {
    const std::lock_guard lock(mutex_);
    seen_.assign(messages, false);
    left_ = messages;
  }

  void note(std::string_view message) {
    std::uint64_t number = 0;
    std::memcpy(&number, message.data(), sizeof number);
    const std::lock_guard lock(mutex_);
    if (number >= seen_.size() || seen_[number]) return;
    seen_[number] = true;
    if (--left_ == 0) changed_.notify_all();
  }

  /// How many have not come.
  std::size_t wait() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kPatience, [&] { return left_ == 0; });
    return left_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<bool> seen_;
  std::size_t left_ = 0;
};

/// Publishes a round, `kUnderWay` messages at a time; those that a full queue refuses, again.
class Publisher {
 public:
  Publisher(p2p::Libp2pNode& node, std::size_t messages) : node_(node) {
    for (std::size_t i = 0; i < messages; ++i) todo_.push_back(i);
  }

  Result<> publish_all() {
    for (;;) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] {
        return todo_.empty() || failed_ ? under_way_ == 0 : under_way_ < kUnderWay;
      });
      if (failed_) return *failed_;
      if (todo_.empty()) return {};
      const auto number = todo_.front();
      todo_.pop_front();
      ++under_way_;
      const bool is_full = std::exchange(is_full_, false);
      lock.unlock();
      if (is_full) std::this_thread::sleep_for(1ms);
      send(number);
    }
  }

 private:
  void send(std::uint64_t number) {
    std::string message(kBytes, 'm');
    std::memcpy(message.data(), &number, sizeof number);
    node_.publish(kTopic, message, kPatience, [this, number](const Result<std::uint64_t>& sent) {
      const std::lock_guard lock(mutex_);
      --under_way_;
      if (sent && *sent == 0) failed_ = Error(Code::NotFound, "nobody listens");
      if (!sent && sent.error().code() != Code::Busy) failed_ = sent.error();
      if (!sent) {
        todo_.push_front(number);
        is_full_ = true;
      }
      changed_.notify_all();
    });
  }

  p2p::Libp2pNode& node_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::uint64_t> todo_;
  std::size_t under_way_ = 0;
  bool is_full_ = false;
  std::optional<Error> failed_;
};

Result<> run(std::size_t messages, int rounds) {
  Heard heard;
  TestNode publisher;
  TestNode listener;
  listener.node->hear_messages([&](p2p::TopicMessage message) {
    heard.note(message.data);
    message.pending.give(p2p::Verdict::Accept);
  });
  publisher.connect(listener);
  for (auto* one : {&listener, &publisher}) {
    TRY(p2p::wait_for(
        [&](auto then) { one->node->subscribe(kTopic, kPatience, std::move(then)); }));
  }
  publisher.next(p2p::Libp2pChange::Kind::Subscribed);
  std::vector<double> rates;
  for (int round = 0; round <= rounds; ++round) {
    heard.begin(messages);
    const auto begin = std::chrono::steady_clock::now();
    TRY(Publisher(*publisher.node, messages).publish_all());
    const auto lost = heard.wait();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    if (lost != 0) return Error(Code::Busy, concat(lost, " of ", messages, " messages are lost"));
    if (round > 0) rates.push_back(double(messages) / took.count());
  }
  std::printf("pub/sub of 1 KiB, from node to node: %.0f messages/s, none lost\n", median(rates));
  return {};
}

}  // namespace
}  // namespace hermes::bench

int main(int argc, char** argv) {
  using namespace hermes::bench;
  return program(
      argc, argv, "pubsub_nodes [MESSAGES [ROUNDS]]",
      [](const Arguments& arguments) {
        return run(static_cast<std::size_t>(arguments.number(0, 4'000)), arguments.number(1, 5));
      },
      0);
}
