#include "vfs/mounts.h"

#include <gtest/gtest.h>

#include "vfs/overlay.h"
#include "vfs/text_tree.h"
#include "vfs/tree_test_text.h"

namespace hermes::vfs {
namespace {

using Texts = std::map<std::string, std::string, std::less<>>;

std::shared_ptr<const Tree> texts(Texts files) {
  return text_tree(std::move(files));
}

class MountsTest : public ::testing::Test {
 protected:
  MountsTest() {
    tree_.add("etc", texts({{"a.json", "{}"}}));
    tree_.add("lib");
    tree_.add("lib/a", texts({{"words", "of a"}}));
    tree_.add("lib-x/b", texts({{"words", "of b"}}));
    tree_.add("srv/www", texts({{"index.html", "<p>"}}));
    tree_.add("var");
  }

  Mounts tree_;
};

TEST_F(MountsTest, ShowsEachTreeAtItsPath) {
  EXPECT_EQ(content(tree_, "etc/a.json"), "{}");
  EXPECT_EQ(content(tree_, "lib/a/words"), "of a");
  EXPECT_EQ(content(tree_, "lib-x/b/words"), "of b");
  EXPECT_EQ(content(tree_, "srv/www/index.html"), "<p>");
}

TEST_F(MountsTest, WhatLeadsToATreeIsADirectory) {
  EXPECT_EQ(names(tree_, ""), "etc/ lib/ lib-x/ srv/ var/ ");
  EXPECT_EQ(names(tree_, "srv"), "www/ ");
  EXPECT_EQ(names(tree_, "lib"), "a/ ");
  EXPECT_EQ(names(tree_, "lib/a"), "words ");
  EXPECT_EQ(names(tree_, "var"), "");
  for (const auto* path : {"", "etc", "lib", "lib/a", "srv", "srv/www", "var"}) {
    EXPECT_EQ(*tree_.kind(path), Kind::Directory) << path;
  }
  EXPECT_EQ(*tree_.kind("etc/a.json"), Kind::File);
}

TEST_F(MountsTest, NothingElseIsThere) {
  for (const auto* path : {"e", "etc/", "etc/b.json", "etc/a.json/x", "sr", "srv/ww", "var/x",
                           "/etc", "etc/../etc/a.json", ".", "lib//a", "lib/b"}) {
    EXPECT_EQ(tree_.kind(path).error().code(), Code::NotFound) << path;
    EXPECT_EQ(content(tree_, path), concat("error: there is no '", path, "'"));
    EXPECT_EQ(names(tree_, path), concat("error: there is no '", path, "'"));
  }
  EXPECT_EQ(content(tree_, "etc"), "error: there is no 'etc'");
}

TEST(Overlay, TheTreeAboveHasTheWord) {
  auto above = std::make_shared<Mounts>();
  above->add("img", texts({{"logo", "new"}}));
  above->add("was_file", texts({{"x", "inside"}}));
  above->add("top", texts({{"was_directory", "a file"}}));
  auto below = std::make_shared<Mounts>();
  below->add("img", texts({{"back", "old"}, {"logo", "old"}}));
  below->add("top", texts({{"was_file", ""}}));
  below->add("top2/was_directory", texts({{"y", "hidden"}}));
  const auto tree = overlay(above, below);
  EXPECT_EQ(content(*tree, "img/logo"), "new");
  EXPECT_EQ(content(*tree, "img/back"), "old");
  EXPECT_EQ(names(*tree, "img"), "back logo ");
  EXPECT_EQ(names(*tree, ""), "img/ top/ top2/ was_file/ ");
  EXPECT_EQ(*tree->kind("top2"), Kind::Directory);
  EXPECT_EQ(tree->kind("img/none").error().code(), Code::NotFound);
}

TEST(Overlay, AFileHidesADirectoryAndTheOtherWayRound) {
  const auto file = texts({{"x", "file"}});
  auto directory = std::make_shared<Mounts>();
  directory->add("x", texts({{"y", "inside"}}));
  const auto file_above = overlay(file, directory);
  EXPECT_EQ(content(*file_above, "x"), "file");
  EXPECT_EQ(file_above->kind("x/y").error().code(), Code::NotFound);
  EXPECT_EQ(content(*file_above, "x/y"), "error: there is no 'x/y'");
  EXPECT_FALSE(file_above->list("x").has_value());
  const auto directory_above = overlay(directory, file);
  EXPECT_EQ(content(*directory_above, "x/y"), "inside");
  EXPECT_EQ(*directory_above->kind("x"), Kind::Directory);
  EXPECT_FALSE(directory_above->open("x").has_value());
}

}  // namespace
}  // namespace hermes::vfs
