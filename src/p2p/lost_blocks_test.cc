// A disk that fails says so once, when it is asked whether all is written: the kernel answers the
// next `fdatasync` as if nothing had been.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>

#include "p2p/repository.h"
#include "p2p/temporary_home.h"

namespace hermes::p2p {
namespace {

using ::testing::HasSubstr;

// For the thread that calls it: no other one, and no other call, meets a filter of the kernel.
bool have_fdatasync_fail() {
  std::array<sock_filter, 4> filter{{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_fdatasync, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EIO),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  }};
  const sock_fprog program{.len = filter.size(), .filter = filter.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

Result<> commit_on_a_disk_that_fails(BlockStore& store) {
  std::optional<Result<>> committed;
  std::jthread([&] {
    ASSERT_TRUE(have_fdatasync_fail());
    committed = store.commit();
  }).join();
  return *std::move(committed);
}

class LostBlocksTest : public ::testing::Test {
 protected:
  static Cid put(BlockStore& store, std::string_view block) {
    auto cid = Cid::of(block, kRaw, 1);
    EXPECT_TRUE(store.put(cid, block));
    return cid;
  }
  static std::size_t packs(const std::filesystem::path& home) {
    const std::filesystem::directory_iterator files(home / "packs");
    return static_cast<std::size_t>(std::distance(begin(files), end(files)));
  }

  const TemporaryHome home;
};

TEST_F(LostBlocksTest, WhatADiskMayHaveLostIsNotThereAndCanBePutAgain) {
  std::optional<Cid> kept;
  std::optional<Cid> lost;
  {
    const auto store = *BlockStore::open(home.path, {});
    kept = put(*store, "kept");
    ASSERT_TRUE(store->commit());
    lost = put(*store, "lost");
    const auto failed = commit_on_a_disk_that_fails(*store);
    ASSERT_FALSE(failed);
    EXPECT_THAT(failed.error().message(), HasSubstr("1.pack"));
    EXPECT_EQ(store->size(*lost), std::nullopt);
    EXPECT_EQ(store->size(*kept), 4);
    EXPECT_EQ(store->losses(), 1);

    put(*store, "lost");
    EXPECT_TRUE(store->commit());
    EXPECT_EQ(packs(home.path), 2);  // Where the disk has failed, nothing more is written.
  }
  const auto store = *BlockStore::open(home.path, {});
  std::string block;
  EXPECT_TRUE(store->read(*kept, block));
  EXPECT_TRUE(store->read(*lost, block));
  EXPECT_EQ(store->bytes(), 2 * room_for(4));
}

// Its own commit is a later one, and meets a disk that does not fail.
TEST_F(LostBlocksTest, APinIsRefusedForWhatAnotherCommitHasLost) {
  const auto repository = *Repository::open(home.path, Repository::Role::Owner);
  auto& blocks = repository->blocks();
  const auto cid = put(blocks, "block");
  ASSERT_FALSE(commit_on_a_disk_that_fails(blocks));
  EXPECT_FALSE(repository->pin("app", cid, {}));
  EXPECT_TRUE(repository->holdings().pins()->empty());
  put(blocks, "block");
  EXPECT_TRUE(repository->pin("app", cid, {}));
}

}  // namespace
}  // namespace hermes::p2p
