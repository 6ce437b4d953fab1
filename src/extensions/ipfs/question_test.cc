#include "extensions/ipfs/question.h"

#include <gtest/gtest.h>

namespace hermes::ipfs {
namespace {

using namespace std::chrono_literals;

TEST(Question, TheFirstAnswerCounts) {
  int answers = 0;
  Question<int> question([&](const Answer<int>& answer) { answers += *answer; }, {}, 1s);
  question.answer(7);
  question.answer(8);
  question.fail(Errno::FileGetError, "too late");
  EXPECT_EQ(answers, 7);
}

TEST(Question, TheEndOfTheCallEndsWhatIsUnderWay) {
  std::stop_source call;
  int cancelled = 0;
  Question<int> question([](const Answer<int>&) {}, call.get_token(), 1s);
  question.cancel_with_call([&] { ++cancelled; });
  question.cancel_with_call([&] { ++cancelled; });
  EXPECT_FALSE(question.is_cancelled());
  call.request_stop();
  EXPECT_TRUE(question.is_cancelled());
  EXPECT_EQ(cancelled, 2);
  question.cancel_with_call([&] { ++cancelled; });
  EXPECT_EQ(cancelled, 3) << "what begins too late";
}

TEST(Question, OnceAnsweredNothingIsCancelled) {
  std::stop_source call;
  int cancelled = 0;
  Question<int> question([](const Answer<int>&) {}, call.get_token(), 1s);
  question.cancel_with_call([&] { ++cancelled; });
  question.answer(7);
  question.cancel_with_call([&] { ++cancelled; });
  call.request_stop();
  EXPECT_EQ(cancelled, 0);
}

}  // namespace
}  // namespace hermes::ipfs
