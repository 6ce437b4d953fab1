#include "p2p/content_fetcher.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "io/system_clock.h"
#include "p2p/file_builder.h"
#include "p2p/file_reader.h"
#include "p2p/test_node.h"

namespace hermes::p2p {
namespace {

constexpr std::uint64_t kPlenty = std::uint64_t{1} << 30U;

class ContentFetcherTest : public ::testing::Test {
 protected:
  static std::string content() {
    std::string text;
    for (int i = 0; i < 300'000; ++i) text += std::to_string(i);
    return text;
  }
  static Cid add_file(BlockStore& blocks, const std::string& text) {
    FileBuilder builder(blocks, {.chunk = 1'000});
    EXPECT_TRUE(builder.add(text));
    return builder.finish()->cid;
  }
  static Cid add_directory(BlockStore& blocks, const std::string& name, const Cid& of) {
    return put_directory(blocks, {{name, of, 0}}, 1)->cid;
  }
  Result<HeldContent> fetch(TestNode& by, const ContentPath& path, std::uint64_t bytes = kPlenty) {
    return wait_for<HeldContent>([&](auto then) {
      ContentFetcher fetcher(clock, by.repository->blocks(), by.node.get());
      fetcher.fetch(path, {.bytes = bytes}, std::move(then));
    });
  }

  io::SystemClock clock;
  TestNode a;
  TestNode b;
};

TEST_F(ContentFetcherTest, AFileComesFromAPeer) {
  const auto text = content();
  const auto cid = add_file(a.repository->blocks(), text);
  b.connect(a);
  const auto held = fetch(b, {cid, {}});
  ASSERT_TRUE(held) << held.error().message();
  EXPECT_EQ(held->root, cid);
  EXPECT_EQ(held->bytes, *measure_tree(a.repository->blocks(), cid));
  EXPECT_EQ(*read_file(b.repository->blocks(), cid, kPlenty), text);
}

TEST_F(ContentFetcherTest, TellsHowMuchHasCome) {
  const auto cid = add_file(a.repository->blocks(), content());
  b.connect(a);
  std::vector<std::uint64_t> told;
  const auto held = wait_for<HeldContent>([&](auto then) {
    ContentFetcher fetcher(clock, b.repository->blocks(), b.node.get());
    fetcher.fetch({cid, {}}, {.bytes = kPlenty}, std::move(then),
                  [&](std::uint64_t bytes) { told.push_back(bytes); });
  });
  ASSERT_TRUE(held) << held.error().message();
  ASSERT_FALSE(told.empty());
  EXPECT_GT(told.front(), 0);
  EXPECT_LE(told.back(), held->bytes);
  EXPECT_TRUE(std::ranges::is_sorted(told));
}

TEST_F(ContentFetcherTest, OnAPathOnlyTheWayIsFetched) {
  auto& blocks = a.repository->blocks();
  const auto file = add_file(blocks, "read me");
  const auto other = add_file(blocks, "leave me");
  const auto inner = put_directory(blocks, {{"other", other, 0}, {"wanted", file, 0}}, 1)->cid;
  const auto root = add_directory(blocks, "inner", inner);
  b.connect(a);
  const auto held = fetch(b, {root, {"inner", "wanted"}});
  ASSERT_TRUE(held) << held.error().message();
  EXPECT_EQ(held->root, file);
  EXPECT_FALSE(b.repository->blocks().size(other));
  const auto nothing = fetch(b, {root, {"inner", "missing"}});
  EXPECT_EQ(nothing.error().code(), Code::NotFound);
}

TEST_F(ContentFetcherTest, WhoHasItIsFoundByTheHashTable) {
  TestNode between;
  const auto text = content();
  const auto cid = add_file(a.repository->blocks(), text);
  a.connect(between);
  b.connect(between);
  ASSERT_TRUE(*wait_for<bool>([&](auto then) {
    a.node->dht_provide(Dht::Lan, cid.multihash(), TestNode::kPatience, std::move(then));
  }));
  const auto held = fetch(b, {cid, {}});
  ASSERT_TRUE(held) << held.error().message();
  EXPECT_EQ(*read_file(b.repository->blocks(), cid, kPlenty), text);
}

TEST_F(ContentFetcherTest, OnlyWhatIsMissingIsFetched) {
  const auto text = content();
  const auto cid = add_file(a.repository->blocks(), text);
  add_file(b.repository->blocks(), text.substr(0, text.size() / 2));
  b.connect(a);
  ASSERT_TRUE(fetch(b, {cid, {}}));
  EXPECT_LT(b.node->stats().block_bytes_received, text.size() * 6 / 10);
}

// More blocks than are looked for in a row, below one that comes from a peer: the node's thread
// walks over them, and does other things in between.
TEST_F(ContentFetcherTest, WhatIsHereBelowWhatIsNotIsWalkedOverInStrides) {
  const auto text = content();
  const auto file = add_file(b.repository->blocks(), text);
  const auto root = add_directory(a.repository->blocks(), "file", file);
  b.connect(a);
  const auto held = fetch(b, {root, {}});
  ASSERT_TRUE(held) << held.error().message();
  EXPECT_EQ(held->bytes, *measure_tree(b.repository->blocks(), root));
  EXPECT_EQ(b.node->stats().blocks_received, 1U);
}

TEST_F(ContentFetcherTest, MoreMayBeLackingThanOneRequestAsksFor) {
  // `a` has what names the blocks, and one that comes to be known later has them.
  auto& blocks = a.repository->blocks();
  TestNode late;
  std::vector<DirectoryEntry> entries;
  for (int i = 0; i < 5'000; ++i) {
    const auto text = std::to_string(i);
    const auto cid = Cid::of(text, kRaw, 1);
    ASSERT_TRUE(late.repository->blocks().put(cid, text));
    entries.push_back({text, cid, text.size()});
  }
  const auto root = put_directory(blocks, entries, 1)->cid;
  TestNode between;
  late.connect(between);
  b.connect(between);
  b.connect(a);
  ASSERT_TRUE(*wait_for<bool>([&](auto then) {
    late.node->dht_provide(Dht::Lan, root.multihash(), TestNode::kPatience, std::move(then));
  }));
  const auto held = fetch(b, {root, {}});
  ASSERT_TRUE(held) << held.error().message();
  EXPECT_EQ(held->bytes, *measure_tree(b.repository->blocks(), root));
}

TEST_F(ContentFetcherTest, WhatNobodyHasIsNotFound) {
  b.connect(a);
  const auto held = fetch(b, {Cid::of("nobody has it", kRaw, 1), {}});
  EXPECT_EQ(held.error().code(), Code::NotFound);
}

TEST_F(ContentFetcherTest, NoMoreIsFetchedThanMayBe) {
  const auto cid = add_file(a.repository->blocks(), content());
  b.connect(a);
  const auto held = fetch(b, {cid, {}}, 10'000);
  EXPECT_EQ(held.error().code(), Code::LimitReached);
}

TEST_F(ContentFetcherTest, WithoutANetworkThereIsWhatIsHere) {
  const auto cid = add_file(a.repository->blocks(), content());
  ContentFetcher fetcher(clock, a.repository->blocks(), nullptr);
  int ended = 0;
  fetcher.fetch({cid, {}}, {.bytes = kPlenty}, [&](const Result<HeldContent>& held) {
    ++ended;
    EXPECT_TRUE(held);
  });
  fetcher.fetch({Cid::of("elsewhere", kRaw, 1), {}}, {.bytes = kPlenty}, [&](const auto& held) {
    ++ended;
    EXPECT_EQ(held.error().code(), Code::NotFound);
  });
  EXPECT_EQ(ended, 2);
}

TEST_F(ContentFetcherTest, ItCanBeCancelled) {
  const auto cid = add_file(a.repository->blocks(), content());
  b.connect(a);
  ContentFetcher fetcher(clock, b.repository->blocks(), b.node.get());
  std::promise<Result<HeldContent>> ended;
  const auto ticket = fetcher.fetch({cid, {}}, {.bytes = kPlenty}, [&](Result<HeldContent> held) {
    ended.set_value(std::move(held));
  });
  ticket.cancel();
  const auto held = ended.get_future().get();
  EXPECT_TRUE(held || held.error().code() == Code::Stopping);
}

}  // namespace
}  // namespace hermes::p2p
