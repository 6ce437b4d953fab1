#include "package/app_directory.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <string>

#include "base/strings.h"

namespace hermes::package {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kComponent = 1000;

class AppDirectoryTest : public ::testing::Test {
 protected:
  AppDirectoryTest() {
    std::string pattern = (fs::temp_directory_path() / "app_XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
    write("app.json", R"({"name": "board", "version": "1.0.0", "www": "web",)"
                      "\n"
                      R"("modules": [{"component": "api.wasm", "config": {"days": 7}}]})");
    write("api.wasm", "component");
    fs::create_directory(directory_ / "web");
    write("web/index.html", "<h1>hello</h1>");
  }
  ~AppDirectoryTest() override { fs::remove_all(directory_); }

  void write(const std::string& path, std::string_view text) const {
    std::ofstream(directory_ / path) << text;
  }

  // With the directory's name as "DIR".
  std::string error() const {
    const auto app = read_app(directory_, {}, kComponent);
    if (app) return "none";
    auto message = app.error().message();
    const auto name = directory_.string();
    for (auto at = message.find(name); at != message.npos; at = message.find(name)) {
      message.replace(at, name.size(), "DIR");
    }
    return message;
  }

  fs::path directory_;
};

TEST_F(AppDirectoryTest, IsAnApp) {
  const auto app = read_app(directory_, {}, kComponent);
  ASSERT_TRUE(app) << app.error().message();
  EXPECT_EQ(app->id, "local:board");
  EXPECT_EQ(app->name, "board");
  EXPECT_EQ(app->version, "1.0.0");
  ASSERT_EQ(app->modules.size(), 1U);
  EXPECT_EQ(app->modules[0].id, "api");
  EXPECT_EQ(app->modules[0].component, "component");
  EXPECT_EQ(app->modules[0].config, R"({"days": 7})");
  EXPECT_EQ(*app->www->kind("index.html"), vfs::Kind::File);
  EXPECT_EQ(*app->section("modules")->pointer().c_str(), '/');
}

TEST_F(AppDirectoryTest, CopiesNoLargeComponentOfTheStore) {
  const std::string large(std::size_t{1} << 20, 'x');
  write("api.wasm", large);
  const vfs::Digests none;
  const auto app = read_app(directory_, {}, large.size(), {.home = {}, .digests = &none});
  ASSERT_TRUE(app) << app.error().message();
  EXPECT_TRUE(app->modules[0].component.empty());
  EXPECT_EQ(app->modules[0].bytes(), large);
}

TEST_F(AppDirectoryTest, SaysWhatIsMissing) {
  fs::remove(directory_ / "api.wasm");
  EXPECT_EQ(error(), "DIR/app.json:2:27: /modules/0/component: there is no 'api.wasm'");
  write("api.wasm", "component");
  fs::remove_all(directory_ / "web");
  EXPECT_EQ(error(), "DIR/app.json:1:46: /www: there is no 'web'");
  write("web", "a file");
  EXPECT_EQ(error(), "DIR/app.json:1:46: /www: 'web' is no directory");
  fs::remove(directory_ / "app.json");
  EXPECT_EQ(error(), "'DIR': there is no 'app.json'");
  fs::remove_all(directory_);
  EXPECT_EQ(error(), "'DIR': No such file or directory");
}

TEST_F(AppDirectoryTest, IsNotLeftThroughLinks) {
  fs::remove(directory_ / "api.wasm");
  fs::create_symlink("/bin/sh", directory_ / "api.wasm");
  EXPECT_EQ(error(), "DIR/app.json:2:27: /modules/0/component: there is no 'api.wasm'");
}

TEST_F(AppDirectoryTest, LimitsSizes) {
  fs::resize_file(directory_ / "api.wasm", kComponent + 1);
  EXPECT_EQ(error(),
            "DIR/app.json:2:27: /modules/0/component: 'api.wasm' is larger than 1000 bytes");
  fs::resize_file(directory_ / "app.json", (std::uintmax_t{256} << 10) + 1);
  EXPECT_EQ(error(), "'DIR': 'app.json' is larger than 262144 bytes");
}

TEST_F(AppDirectoryTest, HasComponentsThatAreReadAlone) {
  EXPECT_EQ(*read_component(directory_ / "api.wasm", kComponent), "component");
  EXPECT_EQ(read_component(directory_ / "none.wasm", kComponent).error().message(),
            "there is no 'none.wasm'");
}

}  // namespace
}  // namespace hermes::package
