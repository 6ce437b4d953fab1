#include "io/replace_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace hermes::io {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class ReplaceFile : public ::testing::Test {
 protected:
  ReplaceFile() {
    auto name = (fs::temp_directory_path() / "replace-XXXXXX").string();
    folder = ::mkdtemp(name.data());
    file = folder / "file";
    aside = folder / "file.new";
  }
  ~ReplaceFile() override { fs::remove_all(folder); }

  std::string content() const {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  unsigned mode() const {
    struct stat status{};
    EXPECT_EQ(::stat(file.c_str(), &status), 0);
    return status.st_mode & 0777U;
  }

  fs::path folder;
  fs::path file;
  fs::path aside;
};

TEST_F(ReplaceFile, TheNewOneIsThereForItsOwnerAlone) {
  for (const std::string text : {"first", "second, which is longer", ""}) {
    ASSERT_TRUE(replace_file(file, text));
    EXPECT_EQ(content(), text);
    EXPECT_EQ(mode(), 0600U);
    EXPECT_FALSE(fs::exists(aside));
  }
}

TEST_F(ReplaceFile, NothingIsWrittenWhereOthersHaveOpenedAFileBefore) {
  std::ofstream(aside) << "left behind";
  ASSERT_EQ(::chmod(aside.c_str(), 0666), 0);
  ASSERT_TRUE(replace_file(file, "secret"));
  EXPECT_EQ(content(), "secret");
  EXPECT_EQ(mode(), 0600U);
}

TEST_F(ReplaceFile, ALinkIsNotFollowed) {
  std::ofstream(folder / "other") << "other";
  fs::create_symlink("other", aside);
  ASSERT_TRUE(replace_file(file, "new"));
  EXPECT_EQ(content(), "new");
  EXPECT_EQ(fs::file_size(folder / "other"), 5U);
}

TEST_F(ReplaceFile, AfterAnErrorTheOldOneIsThereAndNothingElse) {
  fs::create_directory(file);
  const auto replaced = replace_file(file, "new");
  ASSERT_FALSE(replaced);
  EXPECT_THAT(replaced.error().message(), HasSubstr(file.native()));
  EXPECT_TRUE(fs::is_directory(file));
  EXPECT_FALSE(fs::exists(aside));
  EXPECT_FALSE(replace_file(folder / "missing/file", "new"));
}

}  // namespace
}  // namespace hermes::io
