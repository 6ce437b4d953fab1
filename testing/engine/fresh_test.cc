// Nothing of an instance is left for the next one, which gets its place in the pool.

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <future>
#include <sstream>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "testing/engine/engine_fixture.h"
#include "wit/hermes/integration_test.h"

namespace hermes::testing {
namespace {

using RunTest = wit::integration_test::Test;

constexpr RunTest kSpoil{0, true};
constexpr RunTest kLook{1, true};

// Sends the process's own private pages to where they came from: those of a file are forgotten,
// others are swapped out, if there is somewhere to swap to. Returns how many mappings complied.
int page_everything_out() {
  int count = 0;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    std::istringstream fields(line);
    void* begin = nullptr;
    void* end = nullptr;
    char dash = 0;
    std::string mode;
    fields >> begin >> dash >> end >> mode;
    if (mode != "rw-p") continue;
    const auto size = static_cast<char*>(end) - static_cast<char*>(begin);
    if (madvise(begin, static_cast<std::size_t>(size), MADV_PAGEOUT) == 0) ++count;
  }
  return count;
}

// Takes memory that is used and given back, so that the kernel hands used pages round.
void fill_and_drop(std::size_t bytes) {
  std::vector<std::uint8_t> balloon(bytes, 0xee);
  EXPECT_GT(page_everything_out(), 0);
}

class FreshTest : public EngineFixture, public ::testing::WithParamInterface<bool> {
 protected:
  void start_pages(std::size_t workers, std::size_t calls_per_worker) {
    config.workers = workers;
    config.calls = workers * calls_per_worker;
    config.wasm = {.pooling = GetParam()};
    start();
    start_app(app_of("pages", {"pages"}));
  }

  std::vector<std::future<Heard<RunTest>>> post_calls(std::string_view app, std::size_t calls,
                                                      const RunTest& test = kSpoil) {
    std::vector<std::future<Heard<RunTest>>> posted(calls);
    for (auto& heard : posted) heard = post(app, test);
    return posted;
  }

  void expect_fresh(std::size_t calls) { expect_fresh("pages", calls); }

  void expect_fresh(std::string_view app, std::size_t calls, const RunTest& test = kSpoil) {
    for (auto& heard : post_calls(app, calls, test)) {
      const auto result = within_patience(heard).replies.at(0);
      EXPECT_TRUE(result) << result.error().message();
      EXPECT_TRUE(result && (*result)->status) << "pages are as another instance left them";
    }
  }
};

INSTANTIATE_TEST_SUITE_P(OnDemand, FreshTest, ::testing::Values(false));
#ifndef HERMES_SANITIZED
INSTANTIATE_TEST_SUITE_P(Pooling, FreshTest, ::testing::Values(true));
#endif

TEST_P(FreshTest, OneAfterTheOther) {
  start_pages(1, 2);
  for (int i = 0; i < 100; ++i) expect_fresh(1);
}

TEST_P(FreshTest, ManyAtOnceInFewSlots) {
  start_pages(1, 3);
  expect_fresh(100);
}

TEST_P(FreshTest, OnSeveralWorkers) {
  start_pages(3, 8);
  for (int i = 0; i < 4; ++i) expect_fresh(50);
}

TEST_P(FreshTest, WhenCallsAreCancelledHalfway) {
  config.grace = std::chrono::seconds(0);
  start_pages(2, 8);
  for (int i = 0; i < 5; ++i) {
    auto app = app_of("cancelled", {"pages"});
    start_app(app);
    auto posted = post_calls("cancelled", 8);
    expect(engine->stop_app("local:cancelled"));
    for (auto& heard : posted) within_patience(heard);
    expect_fresh(10);
  }
}

// A call of one app spoils what it has, and calls of both look at what they get: ten thousand,
// where instances are reused at all.
TEST_P(FreshTest, ManyLaterCallsOfSeveralApps) {
  const int rounds = GetParam() ? 100 : 2;
  start_pages(2, 8);
  start_app(app_of("other", {"pages"}));
  const std::jthread pressure([](const std::stop_token& stop) {
    while (!stop.stop_requested()) fill_and_drop(std::size_t{32} << 20);
  });
  for (int i = 0; i < rounds; ++i) {
    expect_fresh("pages", 4);
    expect_fresh("pages", 48, kLook);
    expect_fresh("other", 48, kLook);
  }
}

TEST_P(FreshTest, UnderMemoryPressure) {
  constexpr std::size_t kBalloon = std::size_t{128} << 20;
  start_pages(2, 8);
  const std::jthread pressure([](const std::stop_token& stop) {
    while (!stop.stop_requested()) fill_and_drop(kBalloon);
  });
  for (int i = 0; i < 5; ++i) expect_fresh(20);
}

}  // namespace
}  // namespace hermes::testing
