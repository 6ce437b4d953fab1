#include "base/escape.h"

#include <gtest/gtest.h>

#include <string>

namespace hermes {
namespace {

TEST(Escape, KeepsTextOnOneLineAndTheCursorWhereItIs) {
  EXPECT_EQ(escape_controls("a\nb\r\tc"), "a\\nb\\r\\tc");
  EXPECT_EQ(escape_controls(std::string("\0\x1b[2J\x7f", 6)), "\\u0000\\u001b[2J\\u007f");
  EXPECT_EQ(escape_controls("\u0085\u009b\u2028\u202e\u2066"),
            "\\u0085\\u009b\\u2028\\u202e\\u2066");
  EXPECT_EQ(escape_controls("\xFFx\xE2\x82"), "\uFFFDx\uFFFD\uFFFD");
  EXPECT_EQ(escape_controls("\"é\" \\ €"), "\"é\" \\ €");
}

TEST(Escape, QuotesForJson) {
  EXPECT_EQ(json_quote("a \"b\" \\ \n€\x01"), "\"a \\\"b\\\" \\\\ \\n€\\u0001\"");
  EXPECT_EQ(json_quote(""), "\"\"");
}

}  // namespace
}  // namespace hermes
