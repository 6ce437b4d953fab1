// Events of one source are handled one at a time, in order, by every module; others meanwhile.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <cstdint>
#include <future>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/strings.h"
#include "extensions/init/init.h"
#include "extensions/kv_store/kv_store.h"
#include "testing/engine/engine_fixture.h"
#include "testing/engine/hosts/all.h"
#include "testing/engine/imports_of.h"
#include "testing/extension_fixture.h"
#include "wit/hermes/cron.h"

namespace hermes::testing {
namespace {

using ::testing::ElementsAre;
using wit::cron::OnCron;
using wit::http_request::OnHttpResponse;

// The guest writes "<tag " when it begins and "tag> " when it ends.
class DiaryTest : public EngineFixture {
 protected:
  void start_diary(const std::vector<std::string_view>& modules) {
    create();
    auto kv_store = kv_store::make(engine->events());
    kv_store_ = &imports_of<wit::kv_store::Api>(*kv_store);
    start(std::move(kv_store), init::make(engine->events(), *engine));
    auto app = app_of("diary", {"order"});
    app.modules.resize(1);
    for (const auto module : modules) {
      app.modules.push_back(app.modules.front());
      app.modules.back().id = module;
    }
    start_app(std::move(app));
  }

  std::string diary() {
    auto call = call_of({.id = "local:diary"});
    const auto value = expect(kv_store_->kv_get(call, "order"));
    return std::get<wit::kv_store::kv_values::KvString>(*value).value;
  }

  /// The events "<source>.<n>" of each source, posted in turns; waits until all are done.
  void deliver(const std::vector<std::string>& sources, int events) {
    std::vector<std::future<Heard<OnCron>>> posted;
    for (int n = 0; n < events; ++n) {
      for (const auto& source : sources) {
        posted.push_back(post("diary", OnCron{{"", concat(source, ".", n)}, false}, source));
      }
    }
    for (auto& heard : posted) {
      for (const auto& reply : within_patience(heard).replies) EXPECT_TRUE(*reply);
    }
  }

  /// Each source's own lines.
  std::map<std::string, std::vector<std::string>> lines_by_source() {
    std::map<std::string, std::vector<std::string>> lines;
    const auto text = diary();
    for (const auto line : words(text)) {
      const auto source = split_once(line.substr(line.starts_with('<') ? 1 : 0), '.').first;
      lines[std::string(source)].emplace_back(line);
    }
    return lines;
  }

 private:
  wit::kv_store::Api* kv_store_ = nullptr;
};

TEST_F(DiaryTest, ASourceIsHandledInOrderAndOneAtATime) {
  constexpr int kEvents = 100;
  config.workers = 3;
  start_diary({});
  deliver({"a", "b", "c", "d"}, kEvents);
  for (const auto& [source, lines] : lines_by_source()) {
    std::vector<std::string> expected;
    for (int n = 0; n < kEvents; ++n) {
      expected.push_back(concat("<", source, ".", n));
      expected.push_back(concat(source, ".", n, ">"));
    }
    EXPECT_EQ(lines, expected);
  }
}

TEST_F(DiaryTest, TheNextEventBeginsWhenEveryModuleHasFinishedTheLast) {
  constexpr int kEvents = 50;
  constexpr std::size_t kModules = 3;
  config.workers = 3;
  start_diary({"second", "third"});
  deliver({"a", "b"}, kEvents);
  for (const auto& [source, lines] : lines_by_source()) {
    ASSERT_EQ(lines.size(), 2 * kModules * kEvents);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const auto event = concat(source, ".", i / (2 * kModules));
      EXPECT_TRUE(lines[i] == concat("<", event) || lines[i] == concat(event, ">"))
          << "the modules have " << event << ", and there is " << lines[i];
    }
  }
}

// The guest hands an event on to host functions, in which the test holds it.
class OverlapTest : public EngineFixture {
 protected:
  void start_shapes(std::size_t workers, const std::vector<std::string_view>& others = {}) {
    config.workers = workers;
    hosts.http_request.answer(HttpRequestHost::Answering::ByTheTest);
    start(std::make_unique<HostsExtension>(hosts));
    auto app = app_of("held", {"shapes"});
    for (const auto module : others) {
      app.modules.push_back(app.modules.front());
      app.modules.back().id = module;
    }
    start_app(std::move(app));
  }

  auto post_number(std::uint64_t number, std::string_view source) {
    return post("held", OnHttpResponse{number, {}}, source);
  }

  /// The numbers of the next calls that come to be held.
  std::multiset<std::uint64_t> hold(std::size_t count) {
    std::multiset<std::uint64_t> numbers;
    for (std::size_t i = 0; i < count; ++i) {
      held_.push_back(hosts.http_request.take());
      numbers.insert(*held_.back().payload.request_id);
    }
    return numbers;
  }

  /// Lets the first call that is held go on, whose event has that number.
  void release(std::uint64_t number) {
    const auto found = std::ranges::find(
        held_, number, [](const auto& sending) { return *sending.payload.request_id; });
    auto reply = std::move(found->reply);
    held_.erase(found);
    reply(SendAnswer());
  }

  void release_all() {
    for (auto& sending : std::exchange(held_, {})) sending.reply(SendAnswer());
  }

  /// Time for what should not happen: other events have come and gone on every worker.
  void let_others_pass() {
    for (int i = 0; i < 20; ++i) within_patience(post("held", OnCron{{"", ""}, true}));
  }

  Hosts hosts;

 private:
  std::vector<Sending> held_;
};

TEST_F(OverlapTest, CallsThatWaitShareOneWorker) {
  start_shapes(1);
  auto first = post_number(1, "a");
  auto second = post_number(2, "b");
  EXPECT_THAT(hold(2), ElementsAre(1, 2));
  release(2);
  EXPECT_TRUE(within_patience(second).replies.at(0));
  release(1);
  EXPECT_TRUE(within_patience(first).replies.at(0));
}

#ifndef HERMES_SANITIZED  // Each is a fiber with a stack, and an instance.
TEST_F(OverlapTest, AThousandCallsWaitAtOnce) {
  constexpr std::size_t kCalls = 1'000;
  config.calls = 2 * kCalls;
  config.memory_limits.app = std::size_t{16} << 30;
  start_shapes(2);
  std::vector<std::future<Heard<OnHttpResponse>>> posted;
  for (std::size_t i = 0; i < kCalls; ++i) {
    posted.push_back(post_number(i, std::to_string(i)));
  }
  EXPECT_EQ(hold(kCalls).size(), kCalls);
  release_all();
  for (auto& heard : posted) EXPECT_TRUE(within_patience(heard).replies.at(0));
}
#endif

TEST_F(OverlapTest, AnAppWaitsWhereItHasAsManyCallsAsItMay) {
  config.call_limits.calls = 3;
  start_shapes(2);
  auto first = post_number(1, "a");
  auto second = post_number(2, "b");
  auto third = post_number(3, "c");
  EXPECT_THAT(hold(3), ElementsAre(1, 2, 3));
  start_app(app_of("other", {"shapes"}));
  auto fourth = post_number(4, "d");
  for (int i = 0; i < 20; ++i) within_patience(post("other", OnCron{{"", ""}, true}));
  EXPECT_EQ(hosts.http_request.waiting(), 0U);
  release(2);
  EXPECT_THAT(hold(1), ElementsAre(4));
  release_all();
  for (auto* heard : {&first, &second, &third, &fourth}) {
    EXPECT_TRUE(within_patience(*heard).replies.at(0));
  }
}

TEST_F(OverlapTest, SourcesRunAtOnceOnSeveralWorkers) {
  std::mutex mutex;
  std::condition_variable changed;
  int here = 0;
  // Each holds its worker until the other is there.
  hosts.cron = std::make_unique<CronThatAdds>([&]() -> Result<bool> {
    std::unique_lock lock(mutex);
    ++here;
    changed.notify_all();
    return changed.wait_for(lock, kPatience, [&] { return here >= 2; });
  });
  start_shapes(2);
  auto first = post("held", OnCron{{"", ""}, false}, "a");
  auto second = post("held", OnCron{{"", ""}, false}, "b");
  EXPECT_TRUE(*within_patience(first).replies.at(0));
  EXPECT_TRUE(*within_patience(second).replies.at(0));
}

TEST_F(OverlapTest, AnEventWaitsForTheOneBeforeIt) {
  start_shapes(2);
  auto first = post_number(1, "a");
  auto second = post_number(2, "a");
  auto other = post_number(3, "b");
  EXPECT_THAT(hold(2), ElementsAre(1, 3));
  let_others_pass();
  EXPECT_EQ(hosts.http_request.waiting(), 0U);

  release(1);
  EXPECT_THAT(hold(1), ElementsAre(2));
  release(2);
  release(3);
  for (auto* heard : {&first, &second, &other}) {
    EXPECT_EQ(within_patience(*heard).outcome, runtime::EventOutcome::Delivered);
  }
}

TEST_F(OverlapTest, AnEventWaitsForEveryModule) {
  start_shapes(2, {"other"});
  auto first = post_number(1, "a");
  auto second = post_number(2, "a");
  EXPECT_THAT(hold(2), ElementsAre(1, 1));
  release(1);
  let_others_pass();
  EXPECT_EQ(hosts.http_request.waiting(), 0U);

  release(1);
  EXPECT_EQ(within_patience(first).replies.size(), 2U);
  EXPECT_THAT(hold(2), ElementsAre(2, 2));
  release(2);
  release(2);
  EXPECT_EQ(within_patience(second).replies.size(), 2U);
}

TEST_F(OverlapTest, AppsHaveSourcesOfTheirOwn) {
  start_shapes(1);
  start_app(app_of("other", {"shapes"}));
  auto first = post_number(1, "a");
  auto second = post("other", OnHttpResponse{2, {}}, "a");
  EXPECT_THAT(hold(2), ElementsAre(1, 2));
  release(1);
  release(2);
  within_patience(first);
  within_patience(second);
}

}  // namespace
}  // namespace hermes::testing
