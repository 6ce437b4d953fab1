#include "p2p/file_builder.h"

#include <gtest/gtest.h>

#include <string>

#include "base/strings.h"
#include "p2p/dag_pb.h"
#include "p2p/file_reader.h"
#include "p2p/memory_blocks.h"
#include "p2p/unixfs.h"

namespace hermes::p2p {
namespace {

constexpr std::size_t kChunk = std::size_t{256} << 10U;
constexpr FileLayout kVersion1{.cid_version = 1};

BuiltTree build(std::string_view content, MemoryBlocks& blocks, FileLayout layout = {}) {
  FileBuilder builder(blocks, layout);
  EXPECT_TRUE(builder.add(content));
  auto tree = builder.finish();
  EXPECT_TRUE(tree);
  return *tree;
}

std::string cid_of(std::string_view content, FileLayout layout = {}) {
  MemoryBlocks blocks;
  return build(content, blocks, layout).cid.text();
}

std::string pattern(std::size_t size) {
  std::string content(size, '\0');
  for (std::size_t i = 0; i < size; ++i) content[i] = static_cast<char>(i * 31 + i / 251);
  return content;
}

TEST(FileBuilderTest, GivesTheNamesThatOthersGive) {
  EXPECT_EQ(cid_of(""), "QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH");
  EXPECT_EQ(cid_of("hello world"), "Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD");
  EXPECT_EQ(cid_of("hello world\n"), "QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o");
  EXPECT_EQ(cid_of("", kVersion1), "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku");
  EXPECT_EQ(cid_of("hello world", kVersion1),
            "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e");
}

TEST(FileBuilderTest, ALeafInItsFrameIsWhatTheEncodersMake) {
  for (const auto size : {std::size_t{0}, std::size_t{1}, std::size_t{120}, std::size_t{128},
                          std::size_t{16'384}, kChunk, std::size_t{2} << 20U}) {
    const auto chunk = pattern(size);
    UnixFs file{.type = UnixFs::Type::File, .file_size = size};
    if (size > 0) file.data = chunk;
    const auto data = file.encode();
    const auto [head, tail] = frame_of_leaf(size, {});
    EXPECT_EQ(concat(head, chunk, tail), (DagNode{{}, data}.encode()));
    EXPECT_LE(head.size(), LeafFrame::kLongest);
    EXPECT_LE(tail.size(), LeafFrame::kLongest);
    EXPECT_EQ(frame_of_leaf(size, kVersion1).head, "");
  }
}

TEST(FileBuilderTest, TheRestComesFromAnyPieces) {
  const auto content = pattern(3 * kChunk + 7);
  MemoryBlocks whole;
  const auto tree = build(content, whole);
  MemoryBlocks pieces;
  FileBuilder builder(pieces);
  for (std::size_t i = 0; i < content.size(); i += 100'003) {
    ASSERT_TRUE(builder.add(std::string_view(content).substr(i, 100'003)));
  }
  EXPECT_EQ(builder.finish()->cid, tree.cid);
  EXPECT_EQ(pieces.blocks, whole.blocks);
  EXPECT_EQ(tree.size, content.size());
}

TEST(FileBuilderTest, ALinkSaysHowMuchIsBelowIt) {
  MemoryBlocks blocks;
  const auto tree = build(pattern(2 * kChunk + 1), blocks);
  std::uint64_t total = 0;
  for (const auto& [hash, block] : blocks.blocks) total += block.size();
  EXPECT_EQ(tree.total, total);
}

// Of one byte each, so that leaves are cheap; and different, so that none is another's.
std::size_t depth_of(std::size_t leaves) {
  MemoryBlocks blocks;
  std::string content;
  for (std::size_t i = 0; i < leaves; ++i) {
    for (unsigned shift = 0; shift < 24; shift += 8) content += static_cast<char>(i >> shift);
  }
  const auto tree = build(content, blocks, {.chunk = 3});
  EXPECT_EQ(*read_file(blocks, tree.cid, content.size()), content);
  std::size_t depth = 0;
  auto cid = tree.cid;
  for (std::string block;; ++depth) {
    EXPECT_TRUE(blocks.read(cid, block));
    const auto links = *links_of(cid, block);
    if (links.empty()) return depth;
    EXPECT_LE(links.size(), 174);
    cid = links.back();
  }
}

TEST(FileBuilderTest, AllLeavesAreEquallyDeep) {
  EXPECT_EQ(depth_of(1), 0);
  EXPECT_EQ(depth_of(2), 1);
  EXPECT_EQ(depth_of(174), 1);
  EXPECT_EQ(depth_of(175), 2);
  EXPECT_EQ(depth_of(174 * 174), 2);
  EXPECT_EQ(depth_of(174 * 174 + 1), 3);
}

TEST(FileBuilderTest, SizesAroundAChunkComeBack) {
  for (const auto layout : {FileLayout(), kVersion1}) {
    for (const auto size : {std::size_t{0}, std::size_t{1}, kChunk - 1, kChunk, kChunk + 1}) {
      MemoryBlocks blocks;
      const auto content = pattern(size);
      const auto tree = build(content, blocks, layout);
      EXPECT_EQ(blocks.blocks.size(), size > kChunk ? 3 : 1);
      EXPECT_EQ(*read_file(blocks, tree.cid, size), content);
    }
  }
}

TEST(FileBuilderTest, WhatTheSinkRefusesEndsIt) {
  struct Full final : BlockSink {
    Result<> put(const Cid&, std::string_view) override {
      return Error(Code::LimitReached, "full");
    }
  } full;
  FileBuilder builder(full);
  EXPECT_FALSE(builder.add(std::string(kChunk, 'x')));
}

}  // namespace
}  // namespace hermes::p2p
