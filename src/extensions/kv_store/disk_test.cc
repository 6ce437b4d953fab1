#include "extensions/kv_store/disk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <limits>
#include <map>
#include <string>
#include <system_error>
#include <vector>

#include "testing/engine/temporary_directory.h"

namespace hermes::kv_store {
namespace {

using namespace wit::kv_store::kv_values;

class DiskTest : public ::testing::Test {
 protected:
  void open() { disk = *Disk::open(directory.path()); }

  std::map<std::string, Value> read() {
    std::map<std::string, Value> keys;
    const auto read = disk->read_all(
        [&](std::string key, Value value) { keys.emplace(std::move(key), std::move(value)); });
    EXPECT_TRUE(read) << read.error().message();
    return keys;
  }

  hermes::testing::TemporaryDirectory directory;
  std::unique_ptr<Disk> disk;
};

TEST_F(DiskTest, KeepsValuesOfEveryType) {
  const std::map<std::string, Value> keys = {
      {"", KvString{""}},
      {"text", KvString{std::string("with\0zero", 9)}},
      {"s64", KvS64{std::numeric_limits<std::int64_t>::min()}},
      {"u64", KvU64{std::numeric_limits<std::uint64_t>::max()}},
      {"f64", KvF64{-0.0}},
      {"nan", KvF64{std::numeric_limits<double>::quiet_NaN()}},
      {std::string("z\0ero", 5), KvBstr{{0, 255}}},
      {"none", KvBstr{}},
      {"cbor", KvCbor{{0x80}}},
      {"json", KvJson{"[]"}},
      {"long", KvString{std::string(1 << 20, 'x')}},
  };
  open();
  for (const auto& [key, value] : keys) ASSERT_TRUE(disk->write(key, value));
  disk.reset();
  open();
  const auto kept = read();
  ASSERT_EQ(kept.size(), keys.size());
  for (const auto& [key, value] : keys) EXPECT_TRUE(identical(kept.at(key), value)) << key;
}

TEST_F(DiskTest, TheLastWriteCounts) {
  open();
  ASSERT_TRUE(disk->write("a", KvS64{1}));
  ASSERT_TRUE(disk->write("a", KvString{"two"}));
  ASSERT_TRUE(disk->write("b", KvS64{1}));
  ASSERT_TRUE(disk->write("b", std::nullopt));
  ASSERT_TRUE(disk->write("never", std::nullopt));
  const auto kept = read();
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_TRUE(identical(kept.at("a"), KvString{"two"}));
}

TEST_F(DiskTest, TheLogStaysShort) {
  open();
  const auto log = directory.path() / "keys.db-wal";
  std::string value(2'000, 'x');
  std::uintmax_t longest = 0;
  for (int i = 0; i < 5'000; ++i) {
    value[0] = static_cast<char>('a' + i % 26);  // What is there already makes no log.
    ASSERT_TRUE(disk->write(std::to_string(i % 100), KvString{value}));
    disk->tidy();
    std::error_code failed;
    longest = std::max(longest, std::filesystem::file_size(log, failed));
  }
  EXPECT_LT(longest, std::uintmax_t{8} << 20);
}

TEST_F(DiskTest, WhatIsNoStoreIsAnError) {
  std::filesystem::create_symlink("/dev/null", directory.path() / "keys.db");
  EXPECT_FALSE(Disk::open(directory.path()));
  EXPECT_FALSE(Disk::open(directory.path() / "nowhere"));
}

}  // namespace
}  // namespace hermes::kv_store
