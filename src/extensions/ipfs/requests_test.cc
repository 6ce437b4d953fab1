#include "extensions/ipfs/requests.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>

namespace hermes::ipfs {
namespace {

using Then = UniqueFunction<void(Result<int>)>;

// A request of a node that ends when it is cancelled, on a thread of its own.
struct Pending {
  struct State {
    Then then;
    std::future<void> ending;
  };
  void cancel() const {
    if (!state->then) return;
    state->ending = std::async(std::launch::async, [then = std::move(state->then)]() mutable {
      then(Error(Code::Stopping, "cancelled"));
    });
  }
  std::shared_ptr<State> state = std::make_shared<State>();
};

TEST(Requests, AtTheEndEachIsCancelledAndWaitedFor) {
  Requests requests;
  std::atomic<int> ended = 0;  // Each ends on a thread of its own.
  for (int i = 0; i < 3; ++i) {
    requests.run<int>(
        [](Then then) {
          Pending pending;
          pending.state->then = std::move(then);
          return pending;
        },
        [&](const Result<int>& result) {
          if (!result) ++ended;
        });
  }
  requests.end();
  EXPECT_EQ(ended, 3);
}

TEST(Requests, AfterTheEndNothingBegins) {
  Requests requests;
  requests.end();
  bool has_begun = false;
  Code code{};
  requests.run<int>(
      [&](Then) {
        has_begun = true;
        return Pending();
      },
      [&](const Result<int>& result) { code = result.error().code(); });
  EXPECT_FALSE(has_begun);
  EXPECT_EQ(code, Code::Stopping);
}

TEST(Requests, ThatEndWithinTheirBeginningAreNotWaitedFor) {
  Requests requests;
  int value = 0;
  const auto cancel = requests.run<int>(
      [](Then then) {
        then(7);
        return Pending();
      },
      [&](const Result<int>& result) { value = *result; });
  EXPECT_EQ(value, 7);
  cancel();
}

}  // namespace
}  // namespace hermes::ipfs
