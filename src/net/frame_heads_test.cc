#include "net/frame_heads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace hermes::net {
namespace {

using namespace std::string_literals;
using ::testing::ElementsAre;
using ::testing::Pair;

const std::string kBytes =
    "preface"
    "\0\0\3\0\1\0\0\0\1"
    "abc"
    "\0\0\0\4\1\0\0\0\0"
    "\0\1\1\1\5\x80\0\1\2"s +
    std::string(257, 'x') + "\0\0\0\6\0\0\0\0\0"s;

TEST(FrameHeads, FindsEachHeadAndWhereItBegins) {
  FrameHeads heads(7);
  std::vector<std::pair<FrameHead, std::size_t>> found;
  heads.read(kBytes, [&](const FrameHead& head, std::size_t at) {
    found.emplace_back(head, at);
    return true;
  });
  EXPECT_THAT(found,
              ElementsAre(Pair(FrameHead{3, 0, 1}, 7U), Pair(FrameHead{0, 4, 0}, 19U),
                          Pair(FrameHead{257, 1, 258}, 28U), Pair(FrameHead{0, 6, 0}, 294U)));
}

TEST(FrameHeads, FindsThemHoweverTheBytesAreCut) {
  for (const std::size_t size : {1U, 2U, 8U, 9U, 10U, 100U}) {
    FrameHeads heads(7);
    std::vector<FrameHead> found;
    for (std::size_t begin = 0; begin < kBytes.size(); begin += size) {
      const auto piece = std::string_view(kBytes).substr(begin, size);
      heads.read(piece, [&](const FrameHead& head, std::size_t at) {
        EXPECT_LT(at, piece.size());
        found.push_back(head);
        return true;
      });
    }
    EXPECT_THAT(found, ElementsAre(FrameHead{3, 0, 1}, FrameHead{0, 4, 0}, FrameHead{257, 1, 258},
                                   FrameHead{0, 6, 0}))
        << size;
  }
}

}  // namespace
}  // namespace hermes::net
