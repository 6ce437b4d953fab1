#include "p2p/block_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <barrier>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "p2p/temporary_home.h"

namespace hermes::p2p {
namespace {

using ::testing::AllOf;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::Le;

class BlockStoreTest : public ::testing::Test {
 protected:
  std::unique_ptr<BlockStore> open(const BlockStoreOptions& options = {}) {
    auto store = BlockStore::open(home.path, options);
    EXPECT_TRUE(store) << store.error().message();
    return *std::move(store);
  }
  static Cid cid_of(std::string_view block) { return Cid::of(block, kRaw, 1); }
  static Cid put(BlockStore& store, std::string_view block) {
    auto cid = cid_of(block);
    const auto done = store.put(cid, block);
    EXPECT_TRUE(done) << done.error().message();
    return cid;
  }
  static std::string read(BlockStore& store, const Cid& cid) {
    std::string block;
    const auto done = store.read(cid, block);
    return done ? block : "error: " + done.error().message();
  }
  static std::string block_of(int number, std::size_t size = 10'000) {
    return std::to_string(number) + std::string(size, 'x');
  }
  std::uint64_t bytes_on_disk() const {
    std::uint64_t bytes = 0;
    for (const auto& file : std::filesystem::directory_iterator(home.path / "packs")) {
      struct stat status = {};
      EXPECT_EQ(::stat(file.path().c_str(), &status), 0);
      bytes += static_cast<std::uint64_t>(status.st_blocks) * 512;
    }
    return bytes;
  }
  std::size_t packs() const {
    const std::filesystem::directory_iterator files(home.path / "packs");
    return static_cast<std::size_t>(std::distance(begin(files), end(files)));
  }

  const TemporaryHome home;
};

TEST_F(BlockStoreTest, ReadsABlockAtOnceAndAfterItIsOpenedAgain) {
  const auto cid = [&] {
    const auto store = open();
    auto put_cid = put(*store, "block");
    EXPECT_EQ(read(*store, put_cid), "block");
    EXPECT_TRUE(store->commit());
    EXPECT_EQ(read(*store, put_cid), "block");
    return put_cid;
  }();
  const auto store = open();
  EXPECT_EQ(read(*store, cid), "block");
  EXPECT_EQ(store->size(cid), 5);
  EXPECT_EQ(store->bytes(), room_for(5));
  EXPECT_EQ(store->size(cid_of("another")), std::nullopt);
  EXPECT_THAT(read(*store, cid_of("another")), HasSubstr("is not here"));
}

TEST_F(BlockStoreTest, KeepsABlockOnce) {
  const auto store = open();
  put(*store, "block");
  ASSERT_TRUE(store->commit());
  put(*store, "block");
  EXPECT_EQ(store->bytes(), room_for(5));
  EXPECT_EQ(*store->count(), 1);
}

TEST_F(BlockStoreTest, TheNameMayBeOfEitherVersion) {
  const auto store = open();
  ASSERT_TRUE(store->put(Cid::of("block", kDagPb, 0), "block"));
  EXPECT_EQ(read(*store, cid_of("block")), "block");
}

TEST_F(BlockStoreTest, AProcessThatIsKilledLosesOnlyWhatItHadNotCommitted) {
  const auto child = ::fork();
  if (child == 0) {
    const auto store = open();
    for (int i = 0; i < 20; ++i) put(*store, block_of(i));
    const bool done = store->commit().has_value();
    for (int i = 20; i < 40; ++i) put(*store, block_of(i));
    ::kill(::getpid(), done ? SIGKILL : SIGTERM);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(WTERMSIG(status), SIGKILL);
  const auto store = open();
  EXPECT_EQ(*store->count(), 20);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(read(*store, cid_of(block_of(i))), block_of(i));
  for (int i = 20; i < 40; ++i) put(*store, block_of(i));
  for (int i = 0; i < 40; ++i) EXPECT_EQ(read(*store, cid_of(block_of(i))), block_of(i));
  EXPECT_EQ(packs(), 1);
}

TEST_F(BlockStoreTest, ADamagedBlockIsNotGivenAndThenGone) {
  const auto cid = put(*open(), block_of(1));
  {
    std::fstream pack(home.path / "packs" / "1.pack", std::ios::in | std::ios::out);
    pack.seekp(5'000);
    pack.put('y');
  }
  const auto store = open();
  EXPECT_THAT(read(*store, cid), HasSubstr("damaged"));
  EXPECT_THAT(read(*store, cid), HasSubstr("is not here"));
  EXPECT_EQ(store->bytes(), 0);
  put(*store, block_of(1));
  EXPECT_EQ(read(*store, cid), block_of(1));
}

// Whoever finds it damaged puts it again, and then has it, whoever else finds the same.
TEST_F(BlockStoreTest, ADamagedBlockThatIsPutAgainStays) {
  constexpr int kRounds = 30;
  std::atomic<int> found{0};
  const auto store = open({.check_each_read = true});
  const auto cid = put(*store, block_of(1));
  for (int round = 0; round < kRounds; ++round) {
    ASSERT_TRUE(store->commit());
    for (const auto& pack : std::filesystem::directory_iterator(home.path / "packs")) {
      // Each copy, since two who put it at once leave two.
      std::fstream file(pack.path(), std::ios::in | std::ios::out);
      for (auto end = block_of(1).size(); end <= pack.file_size(); end += block_of(1).size()) {
        file.seekp(static_cast<std::streamoff>(end - 1));
        file.put(static_cast<char>('a' + round % 20));
      }
    }
    std::barrier at_once(3);
    std::vector<std::jthread> finders;
    for (int i = 0; i < 3; ++i) {
      finders.emplace_back([&] {
        at_once.arrive_and_wait();
        if (read(*store, cid) == block_of(1)) return;
        ++found;
        put(*store, block_of(1));
        EXPECT_EQ(read(*store, cid), block_of(1));
      });
    }
  }
  EXPECT_GE(found, kRounds);
}

TEST_F(BlockStoreTest, CanCheckEachRead) {
  const auto store = open({.check_each_read = true});
  const auto cid = put(*store, block_of(1));
  EXPECT_EQ(read(*store, cid), block_of(1));
  std::fstream(home.path / "packs" / "1.pack", std::ios::in | std::ios::out).put('y');
  EXPECT_THAT(read(*store, cid), HasSubstr("damaged"));
}

TEST_F(BlockStoreTest, ASecondProcessWritesToItsOwnPack) {
  const auto first = open();
  const auto one = put(*first, "one");
  ASSERT_TRUE(first->commit());
  const auto second = open();  // A lock is of the open file, so that this is like another process.
  const auto two = put(*second, "two");
  ASSERT_TRUE(second->commit());
  EXPECT_EQ(read(*first, two), "two");
  EXPECT_EQ(read(*second, one), "one");
  EXPECT_EQ(packs(), 2);
}

TEST_F(BlockStoreTest, GoesOnInAnotherPackWhenOneIsFull) {
  const BlockStoreOptions options{.pack_bytes = 25'000};
  {
    const auto store = open(options);
    for (int i = 0; i < 10; ++i) put(*store, block_of(i));
  }
  EXPECT_EQ(packs(), 5);
  const auto store = open(options);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(read(*store, cid_of(block_of(i))), block_of(i));
}

TEST_F(BlockStoreTest, SweepsTheOldestFirstAndGivesTheRoomBack) {
  const auto store = open();
  for (int i = 0; i < 100; ++i) {
    const auto lease = store->lease();  // Each has its own time.
    put(*store, block_of(i));
  }
  ASSERT_TRUE(store->commit());
  const auto before = bytes_on_disk();
  const auto pinned = cid_of(block_of(3)).multihash();
  const auto freed = store->sweep(store->oldest_kept(), store->bytes() / 2,
                                  [&](const auto& multihash) { return multihash == pinned; });
  ASSERT_TRUE(freed) << freed.error().message();
  EXPECT_EQ(store->size(cid_of(block_of(0))), std::nullopt);
  EXPECT_EQ(read(*store, cid_of(block_of(3))), block_of(3));
  EXPECT_EQ(read(*store, cid_of(block_of(99))), block_of(99));
  EXPECT_THAT(*store->count(), AllOf(Ge(45), Le(50)));
  EXPECT_LT(bytes_on_disk(), before * 6 / 10);
}

TEST_F(BlockStoreTest, ALeaseKeepsWhatIsNotCommittedYet) {
  const auto store = open();
  {
    const auto earlier = store->lease();
    put(*store, "block");
  }
  const auto lease = store->lease();
  const auto cid = put(*store, "block");
  ASSERT_TRUE(store->sweep(store->oldest_kept(), 0, [](const auto&) { return false; }));
  EXPECT_NE(store->size(cid), std::nullopt);
}

TEST_F(BlockStoreTest, ALeaseKeepsWhatIsPutAndWhatIsPutAgain) {
  const auto store = open();
  const auto old = put(*store, "old");
  const auto older = put(*store, "older");
  ASSERT_TRUE(store->commit());
  const auto none = [](const auto&) { return false; };
  {
    const auto lease = store->lease();
    const auto fresh = put(*store, "new");
    put(*store, "old");
    EXPECT_TRUE(store->keep(older));
    ASSERT_TRUE(store->sweep(store->oldest_kept(), 0, none));
    for (const auto& cid : {old, older, fresh}) EXPECT_NE(store->size(cid), std::nullopt);
  }
  ASSERT_TRUE(store->sweep(store->oldest_kept(), 0, none));
  EXPECT_EQ(store->bytes(), 0);
}

TEST_F(BlockStoreTest, MakesRoomOrSaysThatItIsFull) {
  const auto store = open({.most_bytes = 50'000});
  int asked = 0;
  bool makes_room = true;
  store->when_full([&] {
    ++asked;
    if (!makes_room) return;
    EXPECT_TRUE(store->sweep(store->oldest_kept(), 30'000, [](const auto&) { return false; }));
  });
  for (int i = 0; i < 20; ++i) put(*store, block_of(i));
  EXPECT_GT(asked, 0);
  makes_room = false;
  const auto done = store->put(cid_of(block_of(99, 40'000)), block_of(99, 40'000));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code(), Code::LimitReached);
}

TEST_F(BlockStoreTest, TinyBlocksFillItToo) {
  const auto store = open({.most_bytes = 10'000});
  std::uint64_t put_count = 0;
  for (auto block = std::string("0"); store->put(cid_of(block), block); ++put_count) {
    block = std::to_string(put_count + 1);
  }
  EXPECT_LT(put_count, 40);
  EXPECT_EQ(*store->count(), put_count);
}

TEST_F(BlockStoreTest, RefusesABlockThatIsTooLarge) {
  const std::string block(kLargestBlock + 1, 'x');
  EXPECT_EQ(open()->put(cid_of(block), block).error().code(), Code::LimitReached);
}

TEST_F(BlockStoreTest, ThreadsPutReadAndSweepAtOnce) {
  const auto store = open({.pack_bytes = 100'000});
  std::atomic<int> wrong = 0;
  std::atomic<bool> done = false;
  const auto work = [&](int first) {
    for (int i = first; i < first + 300; ++i) {
      const auto lease = store->lease();
      const auto block = block_of(i % 40, 3'000);
      if (!store->put(cid_of(block), block) || read(*store, cid_of(block)) != block) ++wrong;
      if (i % 17 == 0 && !store->commit()) ++wrong;
      if (read(*store, cid_of(block)) != block) ++wrong;
    }
  };
  std::thread sweeper([&] {
    while (!done) {
      if (!store->sweep(store->oldest_kept(), 20'000, [](const auto&) { return false; })) ++wrong;
    }
  });
  std::vector<std::thread> threads;
  for (const int first : {0, 7, 20}) threads.emplace_back(work, first);
  for (auto& thread : threads) thread.join();
  done = true;
  sweeper.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace hermes::p2p
