#include "extensions/sqlite/pattern.h"

#include <algorithm>
#include <cstddef>

#include "extensions/sqlite/utf8_text.h"

namespace hermes::sqlite {
namespace {

constexpr std::size_t kSteps = 1 << 16;  // From question to question.

std::string_view take(std::string_view& text) {
  const auto first = first_of(text);
  text.remove_prefix(first.size());
  return first;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

struct Like {
  std::string_view escape;

  bool is_escape(std::string_view c) const { return !escape.empty() && c == escape; }
  bool is_any_text(std::string_view c) const { return c == "%" && !is_escape(c); }

  // Whether the first of `pattern`, which goes, is `c`.
  bool takes(std::string_view& pattern, std::string_view c) const {
    auto wanted = take(pattern);
    if (is_escape(wanted)) {
      if (pattern.empty()) return false;
      wanted = take(pattern);
    } else if (wanted == "_") {
      return true;
    }
    return wanted == c || (wanted.size() == 1 && c.size() == 1 && lower(wanted[0]) == lower(c[0]));
  }
};

// The set goes from `pattern`, which is behind its bracket. One that does not end holds nothing.
bool takes_set(std::string_view& pattern, std::string_view c) {
  const bool inverted = pattern.starts_with('^');
  if (inverted) pattern.remove_prefix(1);
  bool found = false;
  if (pattern.starts_with(']')) {
    pattern.remove_prefix(1);
    found = c == "]";
  }
  std::string_view from;
  while (!pattern.empty()) {
    auto member = take(pattern);
    if (member == "]") return found != inverted;
    const bool is_range =
        member == "-" && !from.empty() && !pattern.empty() && !pattern.starts_with(']');
    if (is_range) member = take(pattern);
    found = found || (is_range ? from <= c && c <= member : c == member);
    from = is_range ? std::string_view() : member;
  }
  return false;
}

struct Glob {
  static bool is_any_text(std::string_view c) { return c == "*"; }

  static bool takes(std::string_view& pattern, std::string_view c) {
    const auto wanted = take(pattern);
    if (wanted == "[") return takes_set(pattern, c);
    return wanted == "?" || wanted == c;
  }
};

// Where a character does not fit, what the last `%` stands for becomes one longer.
std::optional<bool> match(std::string_view text, std::string_view pattern, const auto& rules,
                          const std::function<bool()>& must_end) {
  struct Retry {
    std::string_view text;
    std::string_view pattern;
  };
  std::optional<Retry> retry;
  std::size_t left = kSteps;
  for (;;) {
    if (left == 0) {
      if (must_end()) return std::nullopt;
      left = kSteps;
    }
    --left;
    if (!pattern.empty() && rules.is_any_text(first_of(pattern))) {
      pattern.remove_prefix(1);
      if (pattern.empty()) return true;
      retry = {text, pattern};
      continue;
    }
    if (text.empty()) return pattern.empty();
    if (!pattern.empty()) {
      const auto before = pattern.size();
      const bool takes = rules.takes(pattern, take(text));
      left -= std::min(left, before - pattern.size());  // A set is as many steps as it is long.
      if (takes) continue;
    }
    if (!retry) return false;
    take(retry->text);
    text = retry->text;
    pattern = retry->pattern;
  }
}

}  // namespace

std::optional<bool> like(std::string_view text, std::string_view pattern, std::string_view escape,
                         const std::function<bool()>& must_end) {
  return match(text, pattern, Like{escape}, must_end);
}

std::optional<bool> glob(std::string_view text, std::string_view pattern, std::string_view,
                         const std::function<bool()>& must_end) {
  return match(text, pattern, Glob(), must_end);
}

}  // namespace hermes::sqlite
