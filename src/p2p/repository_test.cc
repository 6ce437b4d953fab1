#include "p2p/repository.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "p2p/file_reader.h"
#include "p2p/temporary_home.h"

namespace hermes::p2p {
namespace {

using Role = Repository::Role;

class RepositoryTest : public ::testing::Test {
 protected:
  std::unique_ptr<Repository> open(Role role = Role::Owner, const BlockStoreOptions& options = {}) {
    auto repository = Repository::open(home.path, role, options);
    EXPECT_TRUE(repository) << repository.error().message();
    return *std::move(repository);
  }

  // A file of several blocks.
  static BuiltTree add(Repository& repository, char content) {
    FileBuilder builder(repository.blocks(), {.chunk = 1'000});
    for (int i = 0; i < 300; ++i) {
      EXPECT_TRUE(builder.add(std::string(990, content) + std::to_string(1'000'000'000 + i)));
    }
    return *builder.finish();
  }
  static bool is_whole(Repository& repository, const BuiltTree& tree) {
    const auto content = read_file(repository.blocks(), tree.cid, tree.size);
    return content && content->size() == tree.size;
  }

  const TemporaryHome home;
};

TEST_F(RepositoryTest, WhatAnyAppPinsStaysAndTheRestGoes) {
  const auto repository = open();
  const auto kept = add(*repository, 'k');
  const auto loose = add(*repository, 'l');
  ASSERT_TRUE(repository->pin("a", kept.cid, {}));
  ASSERT_TRUE(repository->pin("b", kept.cid, {}));
  ASSERT_TRUE(*repository->holdings().unpin("a", kept.cid));
  const auto freed = repository->collect(0);
  ASSERT_TRUE(freed) << freed.error().message();
  EXPECT_GE(*freed, loose.size);
  EXPECT_TRUE(is_whole(*repository, kept));
  EXPECT_FALSE(is_whole(*repository, loose));
  ASSERT_TRUE(*repository->holdings().unpin("b", kept.cid));
  ASSERT_TRUE(repository->collect(0));
  EXPECT_EQ(repository->blocks().bytes(), 0);
}

TEST_F(RepositoryTest, ATreeStaysWhoseRootAnotherAppPinsAsBytes) {
  const auto repository = open();
  const auto tree = add(*repository, 'k');
  std::string root;
  ASSERT_TRUE(repository->blocks().read(tree.cid, root));
  const auto bytes = Cid::of(root, kRaw, 1);
  ASSERT_EQ(bytes.multihash(), tree.cid.multihash());
  ASSERT_TRUE(repository->pin("a", bytes, {}));
  ASSERT_TRUE(repository->pin("b", tree.cid, {}));
  ASSERT_TRUE(repository->collect(0));
  EXPECT_TRUE(is_whole(*repository, tree));
}

TEST_F(RepositoryTest, APinIsAsLargeAsItsBlocks) {
  const auto repository = open();
  const auto tree = add(*repository, 'a');
  ASSERT_TRUE(repository->pin("app", tree.cid, {}));
  EXPECT_EQ(repository->holdings().pins()->front().bytes, repository->blocks().bytes());
  EXPECT_EQ(repository->pin("other", tree.cid, {.bytes = 1'000}).error().code(),
            Code::LimitReached);
}

TEST_F(RepositoryTest, PinsNothingThatIsNotHere) {
  const auto repository = open();
  EXPECT_EQ(repository->pin("app", Cid::of("elsewhere", kRaw, 1), {}).error().code(),
            Code::NotFound);
}

TEST_F(RepositoryTest, AFullStoreMakesRoomOfWhatIsNotPinned) {
  const auto repository = open(Role::Owner, {.most_bytes = 1'000'000});
  const auto kept = add(*repository, 'k');
  ASSERT_TRUE(repository->pin("app", kept.cid, {}));
  for (const char content : {'a', 'b', 'c', 'd', 'e'}) add(*repository, content);
  EXPECT_TRUE(is_whole(*repository, kept));
  EXPECT_LE(repository->blocks().bytes(), 1'000'000);
}

TEST_F(RepositoryTest, NothingIsDeletedWhileAnotherProgramReads) {
  const auto owner = open();
  const auto loose = add(*owner, 'l');
  ASSERT_TRUE(owner->blocks().commit());
  auto guest = open(Role::Guest);
  EXPECT_TRUE(is_whole(*guest, loose));
  EXPECT_EQ(owner->collect(0).error().code(), Code::Busy);
  EXPECT_EQ(guest->collect(0).error().code(), Code::Busy);
  guest.reset();
  EXPECT_TRUE(owner->collect(0));
  EXPECT_FALSE(is_whole(*owner, loose));
}

TEST_F(RepositoryTest, ADamagedBlockCostsNothingButItself) {
  const auto tree = [&] {
    const auto repository = open();
    auto added = add(*repository, 'a');
    EXPECT_TRUE(repository->pin("app", added.cid, {}));
    return added;
  }();
  std::fstream(home.path / "ipfs" / "packs" / "1.pack", std::ios::in | std::ios::out).put('y');
  const auto repository = open();
  EXPECT_FALSE(is_whole(*repository, tree));
  const auto before = *repository->blocks().count();
  ASSERT_TRUE(repository->collect(0));
  EXPECT_EQ(*repository->blocks().count(), before);
  add(*repository, 'a');
  EXPECT_TRUE(is_whole(*repository, tree));
}

}  // namespace
}  // namespace hermes::p2p
