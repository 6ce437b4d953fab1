// Apps whose components are exchanged while their events go on.

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "testing/engine/engine_fixture.h"
#include "testing/engine/hosts/all.h"
#include "wit/hermes/integration_test.h"

namespace hermes::testing {
namespace {

using namespace std::chrono_literals;
using RunTest = wit::integration_test::Test;
using runtime::EventOutcome;
using wit::http_request::OnHttpResponse;

// What the guest "pages" answers.
constexpr auto kFresh = "nothing is left of another instance";

// Module "main" of app "changing" is one guest in odd generations and another in even ones; both
// answer the same event, each by a name of its own.
class GenerationsTest : public EngineFixture {
 protected:
  static runtime::App generation(std::string_view guest) {
    auto app = app_of("changing", {guest});
    app.modules.front().id = "main";
    return app;
  }

  std::string answer() { return (*ask("changing", RunTest{0, true}))->name; }
};

TEST_F(GenerationsTest, OneTakesOverFromTheOther) {
  start();
  start_app(generation("pages"));
  EXPECT_EQ(answer(), kFresh);
  expect(engine->update_app(generation("sleep")));
  EXPECT_EQ(answer(), "sleeps");
  expect(engine->update_app(generation("pages")));
  EXPECT_EQ(answer(), kFresh);
}

TEST_F(GenerationsTest, CallsOfAModuleAreNumberedFromOneGenerationToTheNext) {
  start();
  const auto with_other = [](std::string_view guest) {
    auto app = generation(guest);
    app.modules.push_back(app.modules.front());
    app.modules.back().id = "other";
    return app;
  };
  const auto call = [&] { within_patience(post("changing", RunTest{0, true})); };
  start_app(with_other("trap"));
  for (int i = 0; i < 2; ++i) call();
  expect(engine->update_app(with_other("recurse")));
  call();
  auto without = generation("trap");
  without.modules.front().id = "other";
  expect(engine->update_app(std::move(without)));
  call();
  expect(engine->update_app(with_other("trap")));
  call();
  expect(engine->stop_app("local:changing"));
  start_app(with_other("trap"));
  call();

  std::map<std::string, std::vector<std::uint64_t>> numbers;
  for (const auto& line : log.lines()) {
    if (line.execution) numbers[line.module].push_back(*line.execution);
  }
  EXPECT_EQ(numbers["main"], (std::vector<std::uint64_t>{1, 2, 3, 1, 1}))
      << "anew where it was not";
  EXPECT_EQ(numbers["other"], (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 1}));
}

TEST_F(GenerationsTest, WhatDoesNotLoadLeavesTheOldOneRunning) {
  start();
  start_app(generation("pages"));
  for (const auto* guest : {"wrong_handler", "wants_sqlite"}) {
    EXPECT_FALSE(engine->update_app(generation(guest)).has_value());
    EXPECT_EQ(answer(), kFresh);
  }
}

TEST_F(GenerationsTest, CallsOfTheOldOneFinish) {
  Hosts hosts;
  hosts.http_request.answer(HttpRequestHost::Answering::ByTheTest);
  start(std::make_unique<HostsExtension>(hosts));
  start_app(generation("shapes"));
  auto heard = post("changing", OnHttpResponse{1, {}});
  auto sent = hosts.http_request.take();
  auto updated =
      std::async(std::launch::async, [&] { expect(engine->update_app(generation("pages"))); });
  EXPECT_NE(updated.wait_for(100ms), std::future_status::ready) << "the call runs";
  EXPECT_FALSE(sent.stop.stop_requested());
  sent.reply(SendAnswer());
  within_patience(updated);
  const auto end = within_patience(heard);
  EXPECT_TRUE(end.replies.at(0).has_value());
  EXPECT_EQ(end.outcome, EventOutcome::Delivered);
  EXPECT_EQ(answer(), kFresh);
  engine.reset();
}

TEST_F(GenerationsTest, NoEventIsLostAndNoneOvertakesAnother) {
  constexpr std::size_t kSources = 5;
  constexpr std::size_t kPerSource = 400;
  constexpr int kUpdates = 10;
  struct Lane {
    std::atomic<std::size_t> answered{0};
    std::atomic<std::size_t> done{0};
  };
  std::array<Lane, kSources> lanes;
  std::atomic<int> violations{0};
  std::atomic<int> failures{0};
  start();
  start_app(generation("pages"));
  {
    const std::jthread poster([&] {
      for (std::size_t n = 0; n < kPerSource; ++n) {
        for (std::size_t source = 0; source < kSources; ++source) {
          auto& lane = lanes.at(source);
          while (n - lane.done > 20) std::this_thread::yield();
          const auto posted = engine->events().post(RunTest{0, false}, {.app = "local:changing"},
                                                    {"test", std::to_string(source)},
                                                    {.on_reply =
                                                         [&, n](const auto& reply) {
                                                           if (!reply.has_value()) ++failures;
                                                           if (lane.answered++ != n) ++violations;
                                                         },
                                                     .on_done =
                                                         [&, n](EventOutcome outcome) {
                                                           if (outcome != EventOutcome::Delivered)
                                                             ++failures;
                                                           if (lane.done++ != n) ++violations;
                                                         }});
          if (!posted) ++failures;
        }
      }
    });
    for (int i = 0; i < kUpdates; ++i) {
      expect(engine->update_app(generation(i % 2 == 0 ? "sleep" : "pages")));
    }
  }
  engine->stop();
  EXPECT_EQ(violations, 0);
  EXPECT_EQ(failures, 0);
  for (const auto& lane : lanes) {
    EXPECT_EQ(lane.answered, kPerSource);
    EXPECT_EQ(lane.done, kPerSource);
  }
}

}  // namespace
}  // namespace hermes::testing
