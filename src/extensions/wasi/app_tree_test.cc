#include "extensions/wasi/app_tree.h"

#include <gtest/gtest.h>

#include "vfs/text_tree.h"
#include "vfs/tree_test_text.h"

namespace hermes::wasi {
namespace {

using vfs::content;
using vfs::names;
using vfs::text_tree;

TEST(AppTree, HasEverythingInItsPlace) {
  runtime::App app;
  app.modules.push_back({.id = "api",
                         .component = "",
                         .config = R"({"a": 1})",
                         .shared = text_tree({{"both", "its own"}, {"words", "its own"}}),
                         .overrides = text_tree({{"both", "the app's"}, {"more", "the app's"}})});
  app.modules.back().settings = R"({"b": 2})";
  app.modules.push_back({.id = "bare", .component = "", .config = "{}"});
  app.www = text_tree({{"index.html", "<p>"}});
  app.share = text_tree({{"words", "of the app"}});
  const auto tree = tree_of(app);
  EXPECT_EQ(names(*tree, ""), "etc/ lib/ srv/ tmp/ usr/ var/ ");
  EXPECT_EQ(names(*tree, "etc"), "api.json bare.json settings/ ");
  EXPECT_EQ(content(*tree, "etc/api.json"), R"({"a": 1})");
  EXPECT_EQ(content(*tree, "etc/bare.json"), "{}");
  EXPECT_EQ(names(*tree, "etc/settings"), "api.json bare.json ");
  EXPECT_EQ(content(*tree, "etc/settings/api.json"), R"({"b": 2})");
  EXPECT_EQ(content(*tree, "etc/settings/bare.json"), "{}");
  EXPECT_EQ(names(*tree, "lib"), "api/ bare/ ");
  EXPECT_EQ(names(*tree, "lib/api"), "both more words ");
  EXPECT_EQ(content(*tree, "lib/api/both"), "the app's");
  EXPECT_EQ(content(*tree, "lib/api/words"), "its own");
  EXPECT_EQ(names(*tree, "lib/bare"), "");
  EXPECT_EQ(names(*tree, "usr"), "lib/ ");
  EXPECT_EQ(names(*tree, "usr/lib/api"), "both more ");
  EXPECT_EQ(names(*tree, "srv"), "share/ www/ ");
  EXPECT_EQ(content(*tree, "srv/www/index.html"), "<p>");
  EXPECT_EQ(content(*tree, "srv/share/words"), "of the app");
}

TEST(AppTree, HasContentOfIpfsWithThePermission) {
  const auto ipfs = text_tree({{"bafy", "content"}});
  runtime::App app;
  EXPECT_EQ(names(*tree_of(app, ipfs), ""), "etc/ lib/ srv/ tmp/ usr/ var/ ");
  app.permissions.insert("ipfs");
  const auto tree = tree_of(app, ipfs);
  EXPECT_EQ(names(*tree, ""), "etc/ ipfs/ lib/ srv/ tmp/ usr/ var/ ");
  EXPECT_EQ(content(*tree, "ipfs/bafy"), "content");
  EXPECT_EQ(names(*tree_of(app), ""), "etc/ lib/ srv/ tmp/ usr/ var/ ");
}

TEST(AppTree, OfAnAppWithoutFilesHasEmptyDirectories) {
  const auto tree = tree_of({});
  EXPECT_EQ(names(*tree, ""), "etc/ lib/ srv/ tmp/ usr/ var/ ");
  EXPECT_EQ(names(*tree, "etc"), "settings/ ");
  for (const auto* path :
       {"etc/settings", "lib", "srv/share", "srv/www", "tmp", "usr/lib", "var"}) {
    EXPECT_EQ(names(*tree, path), "") << path;
  }
}

}  // namespace
}  // namespace hermes::wasi
