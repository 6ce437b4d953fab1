#include "p2p/durable_database.h"

#include <gtest/gtest.h>

#include <barrier>
#include <string>
#include <thread>
#include <vector>

#include "p2p/temporary_home.h"

namespace hermes::p2p {
namespace {

// As the engine and `hermes ipfs` do that are started together.
TEST(DurableDatabaseTest, ManyMayMakeItAtOnce) {
  constexpr std::size_t kOpeners = 4;
  const TemporaryHome home;
  for (int round = 0; round < 25; ++round) {
    const auto file = home.path / std::to_string(round);
    std::vector<Result<>> opened(kOpeners);
    std::barrier together(kOpeners);
    std::vector<std::jthread> openers;
    for (auto& result : opened) {
      openers.emplace_back([&] {
        together.arrive_and_wait();
        // And closes it, which locks it once more.
        const auto database = open_durable(file, "CREATE TABLE IF NOT EXISTS t(x)");
        if (!database) result = database.error();
      });
    }
    openers.clear();
    for (const auto& result : opened) EXPECT_TRUE(result) << result.error().message();
  }
}

}  // namespace
}  // namespace hermes::p2p
