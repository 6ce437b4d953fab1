#include "trustless_gateway/answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "p2p/dag_pb.h"
#include "p2p/file_builder.h"
#include "p2p/memory_blocks.h"

namespace hermes::trustless_gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr auto kRaw = "application/vnd.ipld.raw";
constexpr auto kCar = "application/vnd.ipld.car";

class AnswerTest : public ::testing::Test {
 protected:
  using Lines = std::vector<std::pair<std::string_view, std::string_view>>;

  Answer ask(std::string_view target, const Lines& headers = {}, std::string_view method = "GET") {
    net::Request request{.method = std::string(method), .target = std::string(target)};
    for (const auto& [name, value] : headers) request.headers.add(name, value);
    return answer(blocks, request);
  }
  unsigned status(std::string_view target, const Lines& headers = {}) {
    return ask(target, headers).response.status;
  }
  static std::string header(const Answer& answer, std::string_view name) {
    return std::string(answer.response.headers.find(name).value_or("(none)"));
  }
  static std::string body(const Answer& answer) {
    if (!answer.body) return std::get<std::string>(answer.response.body);
    std::string all;
    for (;;) {
      const auto piece = answer.body->next();
      if (!piece || piece->empty()) return all;
      all += *piece;
    }
  }
  std::string put(std::string_view content) {
    p2p::FileBuilder builder(blocks, {.cid_version = 1, .chunk = 4});
    EXPECT_TRUE(builder.add(content));
    return builder.finish()->cid.text();
  }

  p2p::MemoryBlocks blocks;
  const std::string leaf = concat("/ipfs/", put("leaf"));
  const std::string file = concat("/ipfs/", put("leafleaf more"));
};

TEST_F(AnswerTest, IsABlockThatItsNameChecks) {
  for (const auto& answer : {ask(leaf + "?format=raw"), ask(leaf, {{"accept", kRaw}})}) {
    EXPECT_EQ(answer.response.status, 200U);
    EXPECT_EQ(body(answer), "leaf");
    const auto cid = leaf.substr(6);
    EXPECT_EQ(header(answer, "content-type"), kRaw);
    EXPECT_EQ(header(answer, "content-disposition"),
              concat("attachment; filename=\"", cid, ".bin\""));
    EXPECT_EQ(header(answer, "etag"), concat("\"", cid, ".raw\""));
    EXPECT_EQ(header(answer, "x-ipfs-path"), leaf);
    EXPECT_EQ(header(answer, "x-ipfs-roots"), cid);
    EXPECT_THAT(header(answer, "cache-control"), HasSubstr("immutable"));
    EXPECT_EQ(header(answer, "x-content-type-options"), "nosniff");
    EXPECT_EQ(header(answer, "vary"), "accept");
  }
  EXPECT_EQ(header(ask(leaf, {{"accept", kRaw}}), "content-location"), leaf + "?format=raw");
}

TEST_F(AnswerTest, IsAllBlocksInACar) {
  const auto answer = ask(file + "?format=car");
  EXPECT_EQ(answer.response.status, 200U);
  EXPECT_EQ(header(answer, "content-type"),
            "application/vnd.ipld.car; version=1; order=dfs; dups=n");
  EXPECT_THAT(header(answer, "content-disposition"), HasSubstr(".car\""));
  EXPECT_THAT(header(answer, "etag"), StartsWith(concat("W/\"", file.substr(6), ".")));
  const auto once = body(answer);
  EXPECT_THAT(once, HasSubstr("leaf"));
  EXPECT_LT(once.size(), body(ask(file + "?format=car&car-dups=y")).size());
  EXPECT_LT(body(ask(file + "?format=car&dag-scope=block")).size(), once.size());
  EXPECT_LT(body(ask(file + "?format=car&entity-bytes=0:1")).size(), once.size());
  const auto preferred = ask(file, {{"accept", concat(kRaw, ";q=0.5, ", kCar, ";dups=y")}});
  EXPECT_THAT(header(preferred, "content-type"), HasSubstr("dups=y"));
}

TEST_F(AnswerTest, TakesTheFormOfTheQueryBeforeThatOfTheHeader) {
  EXPECT_EQ(header(ask(leaf + "?format=raw", {{"accept", kCar}}), "content-type"), kRaw);
}

TEST_F(AnswerTest, SaysThatAnAskerKnowsItAlready) {
  for (const auto* format : {"?format=raw", "?format=car"}) {
    const auto tag = header(ask(leaf + format), "etag");
    EXPECT_EQ(status(leaf + format, {{"if-none-match", concat("\"other\", ", tag)}}), 304U);
    EXPECT_EQ(status(leaf + format, {{"if-none-match", "\"other\""}}), 200U);
  }
  EXPECT_NE(header(ask(file + "?format=car&dag-scope=block"), "etag"),
            header(ask(file + "?format=car"), "etag"));
}

TEST_F(AnswerTest, AnswersProbes) {
  const auto raw = ask("/ipfs/bafkqaaa?format=raw");
  EXPECT_EQ(raw.response.status, 200U);
  EXPECT_EQ(body(raw), "");
  EXPECT_EQ(ask("/ipfs/bafkqaaa?format=car", {}, "HEAD").response.status, 200U);
}

TEST_F(AnswerTest, SaysWhatIsWrong) {
  const auto gone = concat("/ipfs/", p2p::Cid::of("gone", p2p::kRaw, 1).text());
  EXPECT_EQ(status(gone + "?format=raw"), 404U);
  EXPECT_EQ(status(gone + "?format=car"), 404U);
  EXPECT_EQ(status(gone + "?format=raw", {{"cache-control", "only-if-cached"}}), 412U);
  EXPECT_EQ(status("/ipfs/nonsense?format=raw"), 400U);
  EXPECT_EQ(status(leaf), 400U);
  EXPECT_EQ(status(leaf, {{"accept", "text/html"}}), 406U);
  EXPECT_EQ(status(leaf, {{"accept", concat(kRaw, ";q=0")}}), 406U);
  EXPECT_EQ(status(leaf + "?format=tar"), 406U);
  EXPECT_EQ(status(file + "/below?format=raw"), 400U);
  EXPECT_EQ(status(file + "/below?format=car"), 400U);
  EXPECT_EQ(status(file + "?format=car&dag-scope=some"), 400U);
  EXPECT_EQ(status(file + "?format=car&entity-bytes=x"), 400U);
  EXPECT_EQ(status(file + "?format=car&entity-bytes=1000:*"), 400U);
  EXPECT_EQ(status(file + "?format=car&car-version=2"), 406U);
  EXPECT_EQ(status("/ipfs/%2?format=raw"), 400U);
  EXPECT_EQ(header(ask(leaf + "?format=raw", {}, "POST"), "allow"), "GET, HEAD");
}

TEST_F(AnswerTest, HasNoHeaderThatBreaksTheMessage) {
  const auto answer = ask(file + "/a%0Ab?format=car");
  EXPECT_TRUE(answer.response.check());
  p2p::MemoryBlocks& sink = blocks;
  const auto folder =
      p2p::put_directory(sink, {{"a\nb", *p2p::Cid::parse(leaf.substr(6)), 4}}, 1)->cid.text();
  const auto found = ask(concat("/ipfs/", folder, "/a%0Ab?format=car"));
  EXPECT_EQ(found.response.status, 200U);
  EXPECT_TRUE(found.response.check());
}

}  // namespace
}  // namespace hermes::trustless_gateway
