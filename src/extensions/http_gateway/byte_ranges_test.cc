#include "extensions/http_gateway/byte_ranges.h"

#include <gtest/gtest.h>

#include <string>

#include "base/strings.h"

namespace hermes::http_gateway {
namespace {

std::string show(std::string_view value, std::uint64_t size) {
  const auto parsed = parse_ranges(value, size);
  if (std::holds_alternative<WholeFile>(parsed)) return "whole";
  if (std::holds_alternative<Unsatisfiable>(parsed)) return "none";
  std::string text;
  for (const auto& range : std::get<std::vector<ByteRange>>(parsed)) {
    text += concat(text.empty() ? "" : " ", range.begin, "+", range.size);
  }
  return text;
}

TEST(ByteRanges, AreCutToTheFile) {
  const struct {
    const char* value;
    std::uint64_t size;
    const char* ranges;
  } cases[] = {
      {"bytes=0-0", 10, "0+1"},
      {"bytes=0-9", 10, "0+10"},
      {"bytes=0-10", 10, "0+10"},
      {"bytes=5-", 10, "5+5"},
      {"bytes=-3", 10, "7+3"},
      {"bytes=-30", 10, "0+10"},
      {"BYTES = 1-2", 10, "1+2"},
      {"bytes=0-1, 4-5 ,-1", 10, "0+2 4+2 9+1"},
      {"bytes=,0-1,,", 10, "0+2"},
      {"bytes=20-30,0-1", 10, "0+2"},
      {"bytes=9-99999999999999999999999", 10, "9+1"},
      {"bytes=8-9,0-1", 10, "8+2 0+2"},
      // Nothing is there.
      {"bytes=10-", 10, "none"},
      {"bytes=10-20", 10, "none"},
      {"bytes=-0", 10, "none"},
      {"bytes=0-0", 0, "none"},
      {"bytes=-1", 0, "none"},
      {"bytes=99999999999999999999999-", 10, "none"},
      // Not to be understood, or not worth it.
      {"", 10, "whole"},
      {"bytes", 10, "whole"},
      {"bytes=", 10, "whole"},
      {"bytes=,", 10, "whole"},
      {"bytes=-", 10, "whole"},
      {"bytes=a-b", 10, "whole"},
      {"bytes=1", 10, "whole"},
      {"bytes=2-1", 10, "whole"},
      {"bytes=+1-2", 10, "whole"},
      {"bytes=1-2-3", 10, "whole"},
      {"bytes=0x1-2", 10, "whole"},
      {"bytes=0-1;2-3", 10, "whole"},
      {"bytes=0-1,x", 10, "whole"},
      {"lines=0-1", 10, "whole"},
      {"bytes=0-8,1-9", 10, "whole"},
  };
  for (const auto& c : cases) EXPECT_EQ(show(c.value, c.size), c.ranges) << c.value;
  std::string many = "bytes=0-0";
  for (int i = 1; i < 33; ++i) many += concat(",", 2 * i, "-", 2 * i);
  EXPECT_EQ(show(many, 1'000), "whole") << "there are more than anybody needs";
}

}  // namespace
}  // namespace hermes::http_gateway
