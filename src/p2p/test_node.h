#pragma once

#include <condition_variable>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "base/check.h"
#include "p2p/libp2p_node.h"
#include "p2p/repository.h"
#include "p2p/temporary_home.h"

namespace hermes::p2p {

/// What a request, which `begin` begins with its `then`, comes to.
template <typename T = void, typename Begin>
Result<T> wait_for(Begin begin) {
  std::promise<Result<T>> promise;
  auto future = promise.get_future();
  begin([&promise](Result<T> result) { promise.set_value(std::move(result)); });
  return future.get();
}

/// A node for tests, on loopback alone, with a home of its own.
class TestNode {
 public:
  static constexpr auto kTcp = "/ip4/127.0.0.1/tcp/0";
  static constexpr auto kQuic = "/ip4/127.0.0.1/udp/0/quic-v1";

  explicit TestNode(const std::string& listen = kTcp) : TestNode(settings_of(listen)) {}
  explicit TestNode(const Libp2pSettings& settings) {
    auto opened = Repository::open(home.path, Repository::Role::Owner);
    HERMES_CHECK(opened, "a repository opens in an empty home");
    repository = *std::move(opened);
    const auto identity = Identity::load_or_make(home.path / "key");
    HERMES_CHECK(identity, "an identity is made");
    auto started = Libp2pNode::start(settings, *identity, repository->blocks(),
                                     [this](Libp2pChange change) { note(std::move(change)); });
    HERMES_CHECK(started, "a node starts");
    node = *std::move(started);
  }

  static Libp2pSettings settings_of(const std::string& listen) {
    return {.listen = {listen}, .bootstrap = {}, .autonat = false, .one_host = true};
  }

  /// The next change of that kind, those before it are passed over.
  Libp2pChange next(Libp2pChange::Kind kind) {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [&] { return !changes_.empty(); });
      auto change = std::move(changes_.front());
      changes_.pop_front();
      if (change.kind == kind) return change;
    }
  }

  /// Where it listens, the first if at several addresses.
  std::string address() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !address_.empty(); });
    return address_;
  }

  /// The other one is connected, and both know what the other is.
  void connect(TestNode& other) {
    const auto peer = wait_for<std::string>([&](auto then) {
      node->dial(other.node->peer(), {other.address()}, kPatience, std::move(then));
    });
    HERMES_CHECK(peer && *peer == other.node->peer(), "a node on loopback can be dialled");
    next(Libp2pChange::Kind::Identified);
    other.next(Libp2pChange::Kind::Identified);
  }

  static constexpr std::chrono::seconds kPatience{60};

  const TemporaryHome home;
  std::unique_ptr<Repository> repository;

 private:
  void note(Libp2pChange change) {
    const std::lock_guard lock(mutex_);
    const bool is_first = address_.empty() && change.kind == Libp2pChange::Kind::Listening;
    if (is_first) address_ = change.text;
    changes_.push_back(std::move(change));
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::string address_;
  std::condition_variable changed_;
  std::deque<Libp2pChange> changes_;

 public:
  std::unique_ptr<Libp2pNode> node;  // Last, so that it calls nothing back that is gone.
};

}  // namespace hermes::p2p
