// Content of IPFS on the disk, as `hermes ipfs` stores and reads it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "testing/engine/temporary_directory.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kHello = "Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD";

class IpfsTest : public ::testing::Test {
 protected:
  std::string path(std::string_view name) const { return (directory_.path() / name).string(); }
  void write(const std::string& name, std::string_view content) const {
    fs::create_directories(fs::path(path(name)).parent_path());
    std::ofstream(path(name)) << content;
  }
  std::string read(const std::string& name) const {
    std::ifstream file(path(name));
    return {std::istreambuf_iterator<char>(file), {}};
  }

  Ended ipfs(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "ipfs");
    arguments.insert(arguments.end(), {"--home", path("home")});
    return hermes_command(std::move(arguments));
  }
  // What must succeed.
  std::string done(const std::vector<std::string>& arguments) const {
    const auto ended = ipfs(arguments);
    EXPECT_EQ(ended.code, 0) << arguments[0] << ": " << ended.output;
    return ended.output;
  }
  // The CID in the last line of `add`.
  std::string add(const std::string& name, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"add", path(name)});
    const auto told = done(more);
    const auto last = told.substr(told.rfind("added ") + 6);
    return last.substr(0, last.find(' '));
  }

 private:
  TemporaryDirectory directory_;
};

TEST_F(IpfsTest, AFileIsAddedUnderTheNameThatOthersGiveItAndRead) {
  write("hello", "hello world");
  EXPECT_EQ(add("hello"), kHello);
  EXPECT_EQ(add("hello", {"--cid-version", "1"}),
            "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e");
  EXPECT_EQ(done({"cat", kHello}), "hello world");
  EXPECT_EQ(done({"cat", std::string("/ipfs/") + kHello}), "hello world");
}

TEST_F(IpfsTest, ADirectoryIsAddedAndWrittenBack) {
  write("site/index.html", "<p>");
  write("site/docs/large", std::string(1'000'000, 'l'));
  const auto cid = add("site");
  EXPECT_EQ(done({"cat", cid + "/index.html"}), "<p>");
  done({"get", cid, "-o", path("copy")});
  EXPECT_EQ(read("copy/docs/large"), std::string(1'000'000, 'l'));
  const auto again = ipfs({"get", cid, "-o", path("copy")});
  EXPECT_EQ(again.code, 1);
  EXPECT_THAT(again.output, HasSubstr("File exists"));
}

TEST_F(IpfsTest, WhatIsPinnedSurvivesTheCollectionAndTheRestDoesNot) {
  write("a", std::string(600'000, 'a'));
  write("b", std::string(600'000, 'b'));
  const auto a = add("a");
  const auto b = add("b");
  EXPECT_THAT(done({"pins"}), AllOf(HasSubstr(a), HasSubstr(b), HasSubstr("(you)")));
  EXPECT_THAT(done({"status", "-o", "json"}), HasSubstr(R"("pins":2)"));
  done({"unpin", a});
  EXPECT_THAT(done({"pins", "-o", "json"}), AllOf(Not(HasSubstr(a)), HasSubstr(b)));
  // The first two leaves are one block, and each of the three blocks takes 256 bytes more.
  EXPECT_EQ(done({"gc"}), "freed 338804 bytes\n");
  EXPECT_THAT(ipfs({"cat", a}).output, HasSubstr("is not here"));
  EXPECT_EQ(done({"cat", b}), std::string(600'000, 'b'));
  const auto gone = ipfs({"unpin", b + "/x"});
  EXPECT_EQ(gone.code, 1);
}

TEST_F(IpfsTest, SaysWhatIsWrong) {
  EXPECT_THAT(ipfs({"cat", "nonsense"}).output, HasSubstr("not a CID"));
  EXPECT_THAT(ipfs({"cat", kHello}).output, HasSubstr("is not here"));
  EXPECT_THAT(ipfs({"add", path("nothing")}).output, HasSubstr("No such file"));
  EXPECT_THAT(ipfs({"unpin", kHello}).output, HasSubstr("you have not pinned"));
  write("f", "f");
  EXPECT_THAT(ipfs({"cat", add("f") + "/below"}).output, HasSubstr("is no directory"));
}

TEST_F(IpfsTest, ADiskThatChangedABlockIsFoundOut) {
  write("a", "the content");
  const auto cid = add("a");
  std::fstream(path("home/ipfs/packs/1.pack"), std::ios::in | std::ios::out).put('y');
  const auto ended = ipfs({"cat", cid});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.output, AllOf(HasSubstr("damaged"), Not(HasSubstr("the content"))));
}

}  // namespace
}  // namespace hermes::testing
