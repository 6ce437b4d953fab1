#include "extensions/kv_store/json.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace hermes::kv_store {
namespace {

using namespace std::string_view_literals;

TEST(Json, TakesOneTextOfAnyKind) {
  for (const auto text : {"null"sv, " true "sv, "-0.5e-3"sv, R"("a\u00e9\ud83d\ude00")"sv,
                          "\"\u20AC\""sv, "[]"sv, R"([1,[2,{}]])"sv, R"({"a":1,"a":{"b":[]}})"sv}) {
    const auto checked = check_json(text);
    EXPECT_TRUE(checked) << text << ": " << checked.error().message();
  }
}

TEST(Json, RefusesWhatIsMalformed) {
  for (const auto text :
       {""sv,       " "sv,       "nul"sv,         "01"sv,          "1."sv,
        "+1"sv,     "NaN"sv,     "1e999"sv,       "'a'"sv,         "\"a"sv,
        "\"\n\""sv, R"("\x")"sv, R"("\ud800")"sv, "\"\xFF\""sv,    "\"\xC0\x80\""sv,
        "[1,]"sv,   "[1"sv,      "{1:2}"sv,       R"({"a":1,})"sv, "1 2"sv,
        "// 1"sv,   "1\0"sv,     "1\0 2"sv,       "\0"sv,          "[\0]"sv}) {
    EXPECT_FALSE(check_json(text)) << text;
  }
}

TEST(Json, SaysWhereItGoesWrong) {
  EXPECT_EQ(check_json("[1,]").error().message(), "malformed JSON at byte 3: Invalid value.");
}

TEST(Json, NestsNoDeeperThan64) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(check_json(nested(64)));
  EXPECT_EQ(check_json(nested(65)).error().message(),
            "malformed JSON at byte 64: it nests deeper than 64");
  EXPECT_FALSE(check_json(std::string(1'000'000, '[')));
}

}  // namespace
}  // namespace hermes::kv_store
