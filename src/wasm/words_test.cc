#include "wasm/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wasm/binary_test_random.h"
#include "wasm/binary_test_types.h"

namespace hermes::wasm {
namespace {

using namespace std::string_literals;
using namespace test;
using testing::ElementsAre;

/// Keeps the words of values, and the resources that go with them.
class WordsTest : public testing::Test {
 protected:
  template <typename T>
  std::vector<std::uint64_t> words(T&& value) {
    Writer to(small_, resources_);
    Words<std::remove_cvref_t<T>>::write(to, value);
    return {to.data(), to.data() + to.size()};
  }

  template <typename T>
  T read(std::vector<std::uint64_t> words) {
    Reader from(words, resources_);
    auto value = Words<T>::read(from);
    EXPECT_EQ(from.remaining(), 0U);
    return value;
  }

  ResourceTable resources_;
  std::array<std::uint64_t, Writer::kSmall> small_{};
};

TEST_F(WordsTest, AreTheDocumentedOnes) {
  EXPECT_THAT(words(true), ElementsAre(1));
  EXPECT_THAT(words(std::uint8_t{255}), ElementsAre(255));
  EXPECT_THAT(words(1.0F), ElementsAre(0x3F800000));
  EXPECT_THAT(words(1.0), ElementsAre(0x3FF0000000000000));
  EXPECT_THAT(words(Level::Error), ElementsAre(2));
  EXPECT_THAT(words(std::vector<Level>{Level::Info}), ElementsAre(1, 1));
  EXPECT_THAT(words(std::optional(std::uint8_t{7})), ElementsAre(1, 7));
  EXPECT_THAT(words(Expected<void, Level>(Unexpected(Level::Error))), ElementsAre(1, 2));
  EXPECT_THAT(words(GatewayResponse(gateway_response::Declined())), ElementsAre(2));
  EXPECT_THAT(words(std::tuple(true, std::uint16_t{3})), ElementsAre(1, 3));

  const auto text = "abc"s;
  EXPECT_THAT(words(text), ElementsAre(reinterpret_cast<std::uintptr_t>(text.data()), 3));
  const std::vector<std::uint32_t> numbers{1, 2};
  EXPECT_THAT(words(numbers), ElementsAre(reinterpret_cast<std::uintptr_t>(numbers.data()), 2));
}

TEST_F(WordsTest, RandomValuesComeBack) {
  Random random(4);
  for (int i = 0; i < 1'000; ++i) {
    const auto value = random.any<Everything>();
    // NaN is not equal to itself, but its bytes are.
    ASSERT_EQ(binary_encode(read<Everything>(words(value))), binary_encode(value));
  }
}

TEST_F(WordsTest, EveryTruncationThrows) {
  Random random(5);
  for (int i = 0; i < 50; ++i) {
    const auto value = random.any<Everything>();
    auto short_of = words(value);
    while (!short_of.empty()) {
      short_of.pop_back();
      ASSERT_THROW(read<Everything>(short_of), CodecError);
    }
  }
}

TEST_F(WordsTest, ThatCannotBeThrow) {
  EXPECT_THROW(read<GatewayResponse>({3}), CodecError);
  EXPECT_THROW(read<std::vector<Level>>({std::uint64_t{1} << 60}), CodecError);
  EXPECT_THROW(read<std::unique_ptr<Block>>({7}), CodecError);
}

TEST_F(WordsTest, OwnedResourcesMoveThroughTheTable) {
  auto block = std::make_unique<Block>();
  auto* const address = block.get();
  auto answer = std::optional(std::move(block));
  const auto word = words(answer);
  EXPECT_EQ(resources_.size(), 1U);
  EXPECT_EQ(read<Block*>({word[1]}), address);
  EXPECT_EQ(read<std::optional<std::unique_ptr<Block>>>(word)->get(), address);
  EXPECT_EQ(resources_.size(), 0U);
}

TEST_F(WordsTest, LentResourcesAreMarkedAndReadOnly) {
  const auto block = std::make_shared<const Block>();
  const auto word = words(block);
  EXPECT_EQ(word[0] >> 32, 1U);
  EXPECT_EQ(read<const Block*>({word[0] & 0xFFFFFFFF}), block.get());
  EXPECT_THROW(read<Block*>({word[0] & 0xFFFFFFFF}), CodecError);
}

TEST_F(WordsTest, AFullTableRefusesResources) {
  ResourceTable none(0);
  Writer to(small_, none);
  auto block = std::make_unique<Block>();
  EXPECT_THROW(Words<std::unique_ptr<Block>>::write(to, block), CodecError);
}

}  // namespace
}  // namespace hermes::wasm
