#include "cli/playground.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>

namespace hermes::cli {
namespace {

TEST(Playground, IsAnAppOfComponentsThatMayEndTheEngine) {
  std::string pattern = (std::filesystem::temp_directory_path() / "playground_XXXXXX").string();
  const std::filesystem::path directory = mkdtemp(pattern.data());
  std::filesystem::create_directory(directory / "b");
  for (const auto* file : {"a.wasm", "b/a.wasm", "c.wasm"}) std::ofstream(directory / file) << file;

  const auto app = playground_app(
      {directory / "a.wasm", directory / "b/a.wasm", directory / "c.wasm"}, Settings());
  ASSERT_TRUE(app) << app.error().message();
  EXPECT_EQ(app->name, "playground");
  EXPECT_TRUE(app->permissions.contains("shutdown"));
  ASSERT_EQ(app->modules.size(), 3U);
  EXPECT_EQ(app->modules[0].id, "a");
  EXPECT_EQ(app->modules[1].id, "a-2");
  EXPECT_EQ(app->modules[1].component, "b/a.wasm");
  EXPECT_EQ(app->modules[2].id, "c");

  const auto none = directory / "none.wasm";
  EXPECT_EQ(playground_app({none}, Settings()).error().message(),
            none.string() + ": there is no 'none.wasm'");
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace hermes::cli
