#include "package/web_variants.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "package/compression.h"

namespace hermes::package {
namespace {

using ::testing::ElementsAre;

PackagedFile of(std::string content) {
  return {.content = std::move(content)};
}

std::vector<std::string> names_of(const PackagedFiles& files) {
  std::vector<std::string> names;
  names.reserve(files.size());
  for (const auto& [name, file] : files) names.push_back(name);
  return names;
}

// Text of so many bytes, and bytes that no encoder makes smaller.
std::string text(std::size_t size) {
  std::string text;
  for (int i = 0; text.size() < size; ++i) text += std::to_string(i) + " words\n";
  text.resize(size);
  return text;
}
std::string noise(std::size_t size) {
  std::string noise(size, '\0');
  unsigned state = 1;
  for (auto& byte : noise) {
    state = state * 1'103'515'245U + 12'345U;
    byte = static_cast<char>(state >> 16U);
  }
  return noise;
}

TEST(WebVariants, StandBesideWhatTheyMakeSmaller) {
  PackagedFiles files{{"a/page", of(text(5'000))},     {"web/large", of(text((8 << 20) + 1))},
                      {"web/noise", of(noise(5'000))}, {"web/page", of(text(5'000))},
                      {"web/small", of(text(1'000))},  {"website", of(text(5'000))}};
  ASSERT_TRUE(add_web_variants(files, "web"));
  EXPECT_THAT(names_of(files), ElementsAre("a/page", "web/large", "web/noise", "web/page",
                                           "web/page.gz", "web/page.zst", "web/small", "website"));
  EXPECT_TRUE(files["web/page.gz"].content.starts_with("\x1f\x8b"));
  std::string undone;
  Sink sink([&](std::string_view piece) {
    undone += piece;
    return Result<>();
  });
  Decompressor decompressor(5'000, sink);
  ASSERT_TRUE(decompressor.add(files["web/page.zst"].content));
  ASSERT_TRUE(decompressor.end());
  EXPECT_EQ(undone, text(5'000));
}

TEST(WebVariants, OfTheAuthorStayAsTheyAre) {
  PackagedFiles files{{"web/a", of(text(5'000))},
                      {"web/a.br", of(text(4'000))},
                      {"web/a.zst", of(text(3'000))},
                      {"web/b.gz", of(text(5'000))}};
  ASSERT_TRUE(add_web_variants(files, "web"));
  EXPECT_THAT(names_of(files),
              ElementsAre("web/a", "web/a.br", "web/a.gz", "web/a.zst", "web/b.gz"));
  EXPECT_EQ(files["web/a.zst"].content, text(3'000));
}

TEST(WebVariants, AreTheSameForTheSameFile) {
  PackagedFiles one{{"web/a", of(text(100'000))}};
  PackagedFiles two = one;
  ASSERT_TRUE(add_web_variants(one, "web"));
  ASSERT_TRUE(add_web_variants(two, "web"));
  EXPECT_EQ(one["web/a.gz"].content, two["web/a.gz"].content);
  EXPECT_EQ(one["web/a.zst"].content, two["web/a.zst"].content);
}

}  // namespace
}  // namespace hermes::package
