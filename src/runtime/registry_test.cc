#include "runtime/registry.h"

#include <gtest/gtest.h>

#include "io/system_clock.h"
#include "runtime/limits.h"

namespace hermes::runtime {
namespace {

class RegistryTest : public ::testing::Test {
 protected:
  std::shared_ptr<RunningApp> make_app(AppId id) {
    auto generation = std::make_shared<Generation>();
    generation->app = std::make_shared<const App>(App{.id = std::move(id)});
    return std::make_shared<RunningApp>(std::move(generation), QueueLimits{}, 1, gate);
  }

  io::SystemClock clock;
  Gate gate{clock};
  Registry registry;
};

TEST_F(RegistryTest, FindsWhatWasAddedSinceTheThreadLookedLast) {
  EXPECT_EQ(registry.find("board"), nullptr);
  const auto app = make_app("board");
  registry.add(app);
  EXPECT_EQ(registry.find("board"), app);
  registry.add(make_app("pulse"));
  EXPECT_EQ(registry.find("board"), app);
}

TEST_F(RegistryTest, DoesNotFindWhatIsRemovedNorKeepsIt) {
  registry.add(make_app("board"));
  const std::weak_ptr<RunningApp> app = registry.find("board");
  registry.remove("board");
  EXPECT_TRUE(app.expired());
  EXPECT_EQ(registry.find("board"), nullptr);
}

TEST_F(RegistryTest, KnowsOnlyItsOwnApps) {
  registry.add(make_app("board"));
  ASSERT_NE(registry.find("board"), nullptr);
  const Registry other;
  EXPECT_EQ(other.find("board"), nullptr);
  EXPECT_NE(registry.find("board"), nullptr);
}

}  // namespace
}  // namespace hermes::runtime
