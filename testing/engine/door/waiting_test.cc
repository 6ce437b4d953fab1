// Host functions that answer later: the call waits without a thread, and any answer, or none, is
// safe at any time.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <future>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "testing/engine/door/door_fixture.h"

namespace hermes::testing {
namespace {

using ::testing::StartsWith;
using wit::http_request::OnHttpResponse;
using Progress = wasm::Call::Progress;

// The guest hands the response on to `send`, which the test answers.
const OnHttpResponse kResponse{7, {'r', 0}};

class WaitingTest : public DoorFixture {
 protected:
  WaitingTest() { hosts.http_request.answer(HttpRequestHost::Answering::ByTheTest); }

  /// Polls until the guest waits for `send`.
  Sending sending(PolledCall<OnHttpResponse>& call) {
    if (call.poll() != Progress::Waiting) throw std::runtime_error("the call does not wait");
    return hosts.http_request.take();
  }
};

TEST_F(WaitingTest, AnAnswerAtOnceNeedsNoWaiting) {
  hosts.http_request.answer(HttpRequestHost::Answering::AtOnce);
  open();
  auto call = this->call(kResponse);
  EXPECT_EQ(call.poll(), Progress::Returned);
}

TEST_F(WaitingTest, AnAnswerFromAnotherThreadWakesTheCall) {
  hosts.http_request.answer(HttpRequestHost::Answering::FromAnotherThread);
  open();
  EXPECT_TRUE(call(kResponse).finish());
}

TEST_F(WaitingTest, TheHostKeepsWhatItWasGiven) {
  open();
  auto call = this->call(kResponse);
  auto sent = sending(call);
  EXPECT_EQ(sent.payload, (wit::http_request::Payload{"response", 0, {'r', 0}, 7}));
  EXPECT_EQ(call.wakes()->count(), 0);
  sent.reply(SendAnswer());
  EXPECT_EQ(call.wakes()->count(), 1);
  EXPECT_EQ(call.poll(), Progress::Returned);
}

TEST_F(WaitingTest, ACallThatIsPolledTooSoonWaitsOn) {
  open();
  auto call = this->call(kResponse);
  auto sent = sending(call);
  EXPECT_EQ(call.poll(), Progress::Waiting);
  sent.reply(SendAnswer());
  EXPECT_EQ(call.poll(), Progress::Returned);
}

TEST_F(WaitingTest, CallsAreAnsweredInAnyOrder) {
  open();
  auto first = call(kResponse);
  auto first_sent = sending(first);
  auto second = call(kResponse);
  auto second_sent = sending(second);
  second_sent.reply(SendAnswer());
  EXPECT_TRUE(second.finish());
  EXPECT_EQ(first.poll(), Progress::Waiting);
  first_sent.reply(SendAnswer());
  EXPECT_TRUE(first.finish());
}

TEST_F(WaitingTest, ADroppedReplyTrapsTheCall) {
  open();
  auto call = this->call(kResponse);
  {
    const auto dropped = sending(call);
  }
  EXPECT_THAT(call.finish().error().message(),
              StartsWith("hermes:http-request/api#send: the host function gave up on the call"));
}

TEST_F(WaitingTest, OnlyTheFirstAnswerCounts) {
  open();
  auto call = this->call(kResponse);
  auto sent = sending(call);
  sent.reply(SendAnswer());
  sent.reply(Unexpected(wit::http_request::ErrorCode::Internal));
  sent.reply.fail(Error(Code::TimedOut, "too late"));
  EXPECT_FALSE(sent.reply);
  EXPECT_EQ(call.wakes()->count(), 1);
  EXPECT_TRUE(call.finish());
}

TEST_F(WaitingTest, AFailedReplyTrapsTheCall) {
  open();
  auto call = this->call(kResponse);
  sending(call).reply.fail(Error(Code::Denied, "not there"));
  EXPECT_THAT(call.finish().error().message(),
              StartsWith("hermes:http-request/api#send: not there"));
}

TEST_F(WaitingTest, ACancelledCallAsksItsHostToStop) {
  open();
  auto call = this->call(kResponse);
  const auto sent = sending(call);
  EXPECT_FALSE(sent.stop.stop_requested());
  call.cancel();
  EXPECT_TRUE(sent.stop.stop_requested());
}

TEST_F(WaitingTest, AnAnswerToACancelledCallDoesNothing) {
  open();
  std::vector<Sending> late;
  for (int i = 0; i < 3; ++i) {
    auto call = this->call(kResponse);
    late.push_back(sending(call));
    call.cancel();
  }
  late[0].reply(SendAnswer());
  late[1].reply.fail(Error(Code::TimedOut, "too late"));
  std::thread([last = std::move(late[2])]() mutable { last.reply(SendAnswer()); }).join();
}

TEST_F(WaitingTest, AnswersAndCancellationsMayMeet) {
  open();
  for (int i = 0; i < 200; ++i) {
    auto call = this->call(kResponse);
    auto sent = sending(call);
    std::promise<void> ready;
    std::thread answering([&] {
      ready.set_value();
      sent.reply(SendAnswer());
    });
    within_patience(ready.get_future());
    call.cancel();
    answering.join();
  }
}

}  // namespace
}  // namespace hermes::testing
