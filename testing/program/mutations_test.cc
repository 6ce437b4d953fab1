// Components that are cut off, or of which bytes are changed: they are refused or they run, and the
// engine lives.

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <random>
#include <string>
#include <utility>

#include "testing/engine/engine_fixture.h"
#include "testing/engine/temporary_directory.h"
#include "wit/hermes/integration_test.h"

namespace hermes::testing {
namespace {

using namespace std::chrono_literals;
using RunTest = wit::integration_test::Test;

constexpr int kMutations = 1'000;

class MutationsTest : public EngineFixture {
 protected:
  MutationsTest() {
    config.home = home_.path();
    config.compiler.program = HERMES_BINARY;
    config.compiler.limits.time = 30s;
    config.call_limits = {.memory = std::size_t{16} << 20, .cpu = 50ms, .wall = 5s};
  }

  std::size_t at_random(std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_);
  }

  std::string mutated(std::string component) {
    if (at_random(4) == 0) return component.substr(0, at_random(component.size()));
    for (auto changes = at_random(4) + 1; changes != 0; --changes) {
      component[at_random(component.size())] = static_cast<char>(at_random(256));
    }
    return component;
  }

  /// Whether it could be loaded; if so, it has been called too.
  bool runs(std::string component) {
    runtime::App app{.id = "local:x", .name = "x"};
    app.modules.push_back({"mutation", std::move(component), "{}"});
    if (!engine->start_app(std::move(app))) return false;
    within_patience(post("x", RunTest{0, true}));
    expect(engine->stop_app("local:x"));
    return true;
  }

 private:
  const TemporaryDirectory home_;
  std::mt19937 random_{4};  // The same each time.
};

TEST_F(MutationsTest, NoneTakesTheEngineDown) {
  start();
  const auto whole = guest("trap");
  int running = 0;
  for (int i = 0; i < kMutations; ++i) running += runs(mutated(whole)) ? 1 : 0;
  EXPECT_GT(running, 0) << "nothing but the loader was tested";
  EXPECT_LT(running, kMutations);
  RecordProperty("running", running);

  start_app(app_of("sleep", {"sleep"}));
  EXPECT_TRUE((*ask("sleep", RunTest{0, true}))->status);
}

}  // namespace
}  // namespace hermes::testing
