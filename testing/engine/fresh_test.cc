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
#include <thread>
#include <vector>

#include "testing/engine/engine_fixture.h"
#include "wit/hermes/integration_test.h"

namespace hermes::testing {
namespace {

using RunTest = wit::integration_test::Test;

// Sends the process's own private pages to where they came from: those of a file are forgotten,
// others are swapped out, if there is somewhere to swap to.
void page_everything_out() {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    std::istringstream fields(line);
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    char dash = 0;
    std::string mode;
    fields >> std::hex >> begin >> dash >> end >> mode;
    if (mode != "rw-p") continue;
    // Some mappings refuse, which is well.
    madvise(reinterpret_cast<void*>(begin), end - begin, MADV_PAGEOUT);
  }
}

// Takes memory that is used and given back, so that the kernel hands used pages round.
void fill_and_drop(std::size_t bytes) {
  std::vector<std::uint8_t> balloon(bytes, 0xee);
  page_everything_out();
}

class FreshTest : public EngineFixture, public ::testing::WithParamInterface<bool> {
 protected:
  void start_pages(std::size_t workers, std::uint32_t slots) {
    config.workers = workers;
    config.wasm = {.pooling = GetParam(), .slots = slots};
    start();
    start_app(app_of("pages", {"pages"}));
  }

  void expect_fresh(int calls) {
    std::vector<std::future<Heard<RunTest>>> posted;
    for (int i = 0; i < calls; ++i) posted.push_back(post("pages", RunTest{0, true}));
    for (auto& heard : posted) {
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
    std::vector<std::future<Heard<RunTest>>> posted;
    for (int j = 0; j < 8; ++j) posted.push_back(post("cancelled", RunTest{0, true}));
    expect(engine->stop_app("local:cancelled"));
    for (auto& heard : posted) within_patience(heard);
    expect_fresh(10);
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
