#include "extensions/integration_test/question.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <any>
#include <utility>
#include <vector>

#include "testing/extension_fixture.h"

namespace hermes::integration_test {
namespace {

using hermes::testing::deliver;
using hermes::testing::end;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Reply = std::optional<TestResult>;

class QuestionTest : public hermes::testing::ExtensionFixture {
 protected:
  void ask(const Question& question) {
    integration_test::ask(events, question,
                          [this](Answer answer) { answers.push_back(std::move(answer)); });
  }

  runtime::Event asked() {
    auto posted = events.take();
    EXPECT_THAT(posted, SizeIs(1));
    return std::move(posted.at(0));
  }

  std::vector<Answer> answers;
};

TEST_F(QuestionTest, BringsTheAnswerOnce) {
  ask({.app = "app", .number = 7, .run = true});
  auto event = asked();
  EXPECT_EQ(event.handler(), "hermes:integration-test/event#test");
  EXPECT_EQ(event.target.app, "app");
  EXPECT_EQ(event.as<wit::integration_test::Test>(), (wit::integration_test::Test{7, true}));
  EXPECT_THAT(answers, IsEmpty());
  EXPECT_TRUE(deliver(event, std::any(Reply(TestResult{"adds", true}))));
  ASSERT_THAT(answers, SizeIs(1));
  EXPECT_EQ(**answers[0], (TestResult{"adds", true}));
}

TEST_F(QuestionTest, AsksForBenchmarksToo) {
  ask({.app = "app", .kind = Kind::Bench});
  auto event = asked();
  EXPECT_EQ(event.handler(), "hermes:integration-test/event#bench");
  EXPECT_TRUE(deliver(event, std::any(Reply())));
  ASSERT_THAT(answers, SizeIs(1));
  EXPECT_EQ(*answers[0], std::nullopt) << "there is none";
}

TEST_F(QuestionTest, SaysHowACallFailed) {
  ask({.app = "app"});
  auto event = asked();
  EXPECT_TRUE(deliver(event, Error(Code::TimedOut, "5 s are over")));
  ASSERT_THAT(answers, SizeIs(1));
  EXPECT_EQ(answers[0].error().message(), "5 s are over");
}

TEST_F(QuestionTest, SaysWhyNobodyWasCalled) {
  ask({.app = "app"});
  auto unheard = asked();
  end(unheard, runtime::EventOutcome::NoHandler);
  ask({.app = "app"});
  auto late = asked();
  end(late, runtime::EventOutcome::AppStopped);
  events.refuse(Error(Code::NotFound, "there is no app"));
  ask({.app = "app"});
  ASSERT_THAT(answers, SizeIs(3));
  EXPECT_EQ(answers[0].error().message(), "it has no such export");
  EXPECT_EQ(answers[1].error().message(), "the app has ended");
  EXPECT_EQ(answers[2].error().message(), "there is no app");
}

}  // namespace
}  // namespace hermes::integration_test
