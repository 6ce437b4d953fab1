#include "p2p/car_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "p2p/file_builder.h"
#include "p2p/memory_blocks.h"
#include "p2p/varint.h"

namespace hermes::p2p {
namespace {

using ::testing::ElementsAre;
using Scope = CarShape::Scope;

class CarStreamTest : public ::testing::Test {
 protected:
  Cid put_file(std::string_view content, FileLayout layout = {.cid_version = 1, .chunk = 4}) {
    FileBuilder builder(blocks, layout);
    EXPECT_TRUE(builder.add(content));
    auto cid = builder.finish()->cid;
    names_[cid.text()] = content;
    return cid;
  }
  Cid leaf(std::string_view content) {
    auto cid = Cid::of(content, kRaw, 1);
    names_[cid.text()] = content;
    return cid;
  }
  Cid put_folder(const std::string& called, std::vector<DirectoryEntry> entries) {
    auto cid = put_directory(blocks, std::move(entries), 1)->cid;
    names_[cid.text()] = called;
    return cid;
  }

  // The bytes of the whole CAR.
  std::string car(const ContentPath& path, const CarShape& shape = {}) {
    auto stream = CarStream::open(blocks, path, shape);
    EXPECT_TRUE(stream) << stream.error().message();
    std::string all;
    for (;;) {
      auto piece = stream->next();
      EXPECT_TRUE(piece) << piece.error().message();
      if (!piece || piece->empty()) return all;
      all += *piece;
    }
  }

  // What the blocks in it are called; each is what its name says.
  std::vector<std::string> contents(const ContentPath& path, const CarShape& shape = {}) {
    const auto bytes = car(path, shape);
    std::string_view rest = bytes;
    std::vector<std::string> called;
    rest.remove_prefix(*take_varint(rest));
    while (!rest.empty()) {
      const auto size = *take_varint(rest);
      auto section = rest.substr(0, size);
      rest.remove_prefix(size);
      const auto cid = *Cid::from_bytes(section.substr(0, 36));
      EXPECT_TRUE(cid.names(section.substr(36)));
      called.push_back(names_[cid.text()]);
    }
    return called;
  }

  MemoryBlocks blocks;

 private:
  std::map<std::string, std::string> names_;  // By their CIDs.
};

TEST_F(CarStreamTest, BeginsWithItsRoot) {
  const auto cid = put_file("raw", {.cid_version = 1});
  const auto bytes = car({cid, {}});
  const auto header = std::string("\x3A\xA2\x65roots\x81\xD8\x2A\x58\x25", 13) + '\0' +
                      cid.bytes() + "\x67version\x01";
  EXPECT_EQ(bytes, header + '\x27' + cid.bytes() + "raw");
}

TEST_F(CarStreamTest, HasEachBlockOnceDepthFirst) {
  leaf("aaaa");
  leaf("bbbb");
  const auto first = put_file("aaaabbbb");
  const auto second = put_file("bbbbaaaa");
  const auto folder = put_folder("folder", {{"1", first, 8}, {"2", second, 8}, {"3", first, 8}});
  EXPECT_THAT(contents({folder, {}}),
              ElementsAre("folder", "aaaabbbb", "aaaa", "bbbb", "bbbbaaaa"));
  EXPECT_THAT(contents({folder, {}}, {.duplicates = true}),
              ElementsAre("folder", "aaaabbbb", "aaaa", "bbbb", "bbbbaaaa", "bbbb", "aaaa",
                          "aaaabbbb", "aaaa", "bbbb"));
}

TEST_F(CarStreamTest, HasTheBlocksOfThePathAndNoMoreThanItsScope) {
  leaf("aaaa");
  leaf("bbbb");
  const auto file = put_file("aaaabbbb");
  const auto inner = put_folder("inner", {{"file", file, 8}});
  const auto outer = put_folder("outer", {{"file", file, 8}, {"inner", inner, 8}});
  EXPECT_THAT(contents({outer, {"inner", "file"}}),
              ElementsAre("outer", "inner", "aaaabbbb", "aaaa", "bbbb"));
  EXPECT_THAT(contents({outer, {"inner"}}, {.scope = Scope::Block}), ElementsAre("outer", "inner"));
  EXPECT_THAT(contents({outer, {"inner"}}, {.scope = Scope::Entity}),
              ElementsAre("outer", "inner"));
  EXPECT_THAT(contents({outer, {"file"}}, {.scope = Scope::Entity}),
              ElementsAre("outer", "aaaabbbb", "aaaa", "bbbb"));
}

TEST_F(CarStreamTest, HasTheBlocksOfSomeBytesOfAFile) {
  for (const auto* part : {"aaaa", "bbbb", "cccc", "dd"}) leaf(part);
  const auto file = put_file("aaaabbbbccccdd");
  const auto blocks_of = [&](std::int64_t from, std::optional<std::int64_t> to) {
    return contents({file, {}}, {.bytes = EntityBytes{from, to}});
  };
  EXPECT_THAT(blocks_of(5, 6), ElementsAre("aaaabbbbccccdd", "bbbb"));
  EXPECT_THAT(blocks_of(3, 4), ElementsAre("aaaabbbbccccdd", "aaaa", "bbbb"));
  EXPECT_THAT(blocks_of(-2, {}), ElementsAre("aaaabbbbccccdd", "dd"));
  EXPECT_THAT(blocks_of(8, -3), ElementsAre("aaaabbbbccccdd", "cccc"));
  EXPECT_THAT(blocks_of(5, 4), ElementsAre("aaaabbbbccccdd"));
  EXPECT_THAT(blocks_of(12, 1'000), ElementsAre("aaaabbbbccccdd", "dd"));
  const auto outside = CarStream::open(blocks, {file, {}}, {.bytes = EntityBytes{14, {}}});
  EXPECT_EQ(outside.error().code(), Code::InvalidArgument);
  const auto folder = put_folder("folder", {{"file", file, 14}});
  EXPECT_THAT(contents({folder, {}}, {.bytes = EntityBytes{5, 6}}), ElementsAre("folder"));
}

TEST_F(CarStreamTest, OfWhatIsNotHereFailsOrIsCutShort) {
  EXPECT_EQ(CarStream::open(blocks, {Cid::of("gone", kRaw, 1), {}}, {}).error().code(),
            Code::NotFound);
  const auto file = put_file("aaaabbbb");
  EXPECT_EQ(CarStream::open(blocks, {file, {"below"}}, {}).error().code(), Code::InvalidArgument);
  blocks.blocks.erase(leaf("bbbb").multihash());
  auto stream = CarStream::open(blocks, {file, {}}, {});
  ASSERT_TRUE(stream);
  EXPECT_EQ(stream->next().error().code(), Code::NotFound);
}

TEST_F(CarStreamTest, LeavesOutWhatIsInNames) {
  const auto empty = *Cid::parse("bafkqaaa");
  EXPECT_THAT(contents({empty, {}}), ElementsAre());
  const auto folder = put_folder("folder", {{"empty", empty, 0}});
  EXPECT_THAT(contents({folder, {}}), ElementsAre("folder"));
}

}  // namespace
}  // namespace hermes::p2p
