#include "wasm/code_cache.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>

namespace hermes::wasm {
namespace {

namespace fs = std::filesystem;

class CodeCacheTest : public ::testing::Test {
 protected:
  CodeCacheTest() {
    auto name = (fs::temp_directory_path() / "hermes-code-XXXXXX").native();
    root = ::mkdtemp(name.data());
  }
  ~CodeCacheTest() override { fs::remove_all(root); }

  CodeCache open() {
    auto cache = CodeCache::open(root / "code");
    EXPECT_TRUE(cache);
    return *std::move(cache);
  }

  static std::string read(const CodeFile& file, std::size_t size) {
    std::string text(size, '\0');
    EXPECT_EQ(::pread(file.descriptor(), text.data(), size, 0), static_cast<ssize_t>(size));
    return text;
  }

  fs::path only_entry() const {
    for (const auto& entry : fs::directory_iterator(root / "code")) {
      if (entry.path().extension() == ".code") return entry.path();
    }
    return {};
  }

  fs::path root;
};

TEST_F(CodeCacheTest, FindsWhatWasInsertedAlsoLater) {
  ASSERT_TRUE(open().insert(open().path_of("component", "engine"), "machine code"));
  const auto cache = open();
  const auto found = cache.find(cache.path_of("component", "engine"));
  ASSERT_TRUE(found);
  EXPECT_EQ(read(*found, 12), "machine code");
  EXPECT_FALSE(cache.find(cache.path_of("component", "another engine")));
  EXPECT_FALSE(cache.find(cache.path_of("another component", "engine")));
}

TEST_F(CodeCacheTest, DoesNotTrustAFileThatWasChanged) {
  const auto cache = open();
  ASSERT_TRUE(cache.insert(cache.path_of("component", "engine"), "machine code"));
  {
    std::fstream file(only_entry(), std::ios::in | std::ios::out | std::ios::binary);
    file.put('M');
  }
  EXPECT_FALSE(cache.find(cache.path_of("component", "engine")));
  ASSERT_TRUE(cache.insert(cache.path_of("component", "engine"), "machine code"));
  EXPECT_TRUE(cache.find(cache.path_of("component", "engine")));
}

TEST_F(CodeCacheTest, DoesNotTrustAFileThatWasCutOrMadeElsewhere) {
  const auto cache = open();
  ASSERT_TRUE(cache.insert(cache.path_of("component", "engine"), "machine code"));
  const auto entry = only_entry();
  fs::resize_file(entry, 40);
  EXPECT_FALSE(cache.find(cache.path_of("component", "engine")));
  fs::resize_file(entry, 0);
  EXPECT_FALSE(cache.find(cache.path_of("component", "engine")));

  ASSERT_TRUE(cache.insert(cache.path_of("component", "engine"), "machine code"));
  fs::remove(root / "code" / "key");
  EXPECT_FALSE(open().find(open().path_of("component", "engine")))
      << "the key of another directory";
}

TEST_F(CodeCacheTest, WantsADirectoryOfItsOwner) {
  fs::create_directory(root / "code");
  ASSERT_EQ(::chmod((root / "code").c_str(), 0755), 0);
  const auto refused = CodeCache::open(root / "code");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message().find("only its owner can use"), std::string::npos);
}

}  // namespace
}  // namespace hermes::wasm
