// A first line as a pattern, and the text behind it: they match as SQLite says.

#include <sqlite3.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "base/utf8.h"
#include "extensions/sqlite/pattern.h"

namespace {

// SQLite itself takes a time that grows with a power of these.
constexpr std::ptrdiff_t kMostWildcards = 4;

bool is_short(std::string_view pattern) {
  return std::ranges::count(pattern, '%') <= kMostWildcards &&
         std::ranges::count(pattern, '*') <= kMostWildcards;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hermes;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto [line, rest] = split_once(input, '\n');
  const std::string pattern(line);
  const std::string text(rest.value_or(""));
  if (!is_utf8(input) || input.find('\0') != input.npos || !is_short(pattern)) return 0;
  const std::function<bool()> never = [] { return false; };
  for (const char* escape : {"", "\\"}) {
    const bool theirs =
        sqlite3_strlike(pattern.c_str(), text.c_str(), static_cast<unsigned char>(*escape)) == 0;
    if (sqlite::like(text, pattern, escape, never) != theirs) std::abort();
  }
  const bool theirs = sqlite3_strglob(pattern.c_str(), text.c_str()) == 0;
  if (sqlite::glob(text, pattern, "", never) != theirs) std::abort();
  return 0;
}
