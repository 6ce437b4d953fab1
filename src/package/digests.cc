#include "package/digests.h"

#include <utility>

#include "base/strings.h"
#include "package/entry_name.h"
#include "package/zip_format.h"

namespace hermes::package {
namespace {

constexpr std::size_t kHex = 64;
constexpr std::string_view kBetween = "  ";

std::string title(Kind kind) {
  return concat("# hermes ", name_of(kind), " 1");
}

Error wrong(std::size_t line, std::string_view what) {
  return {Code::Corrupt, concat("META/digests.txt:", line, ": ", what)};
}

Result<Kind> parse_title(std::string_view text) {
  for (const auto kind : {Kind::App, Kind::Module}) {
    if (text == title(kind)) return kind;
  }
  return wrong(1, concat("expected '", title(Kind::App), "' or '", title(Kind::Module), "'"));
}

Result<Digests::Line> parse_line(std::string_view text, std::size_t number) {
  const auto digest = from_hex(text.substr(0, kHex));
  if (!digest || text.substr(kHex, kBetween.size()) != kBetween) {
    return wrong(number, "expected a SHA-256 in lower-case hex, two spaces and a name");
  }
  const auto name = text.substr(kHex + kBetween.size());
  if (const auto checked = check_name(name); !checked) {
    return wrong(number, checked.error().message());
  }
  return Digests::Line{std::string(name), *digest};
}

}  // namespace

std::string_view name_of(Kind kind) {
  return kind == Kind::App ? "app" : "module";
}

Result<Digests> Digests::parse(std::string_view text) {
  if (!text.ends_with('\n')) return wrong(1, "it does not end in a line feed");
  text.remove_suffix(1);
  const auto [first, rest] = split_once(text, '\n');
  Digests digests{TRY(parse_title(first)), {}};
  if (!rest) return digests;
  std::size_t number = 2;
  for (auto left = rest; left; ++number) {
    if (number > kZipEntries + 1) return wrong(number, "there are more than 65534 lines");
    const auto [line, more] = split_once(*left, '\n');
    digests.lines.push_back(TRY(parse_line(line, number)));
    left = more;
  }
  for (std::size_t i = 1; i < digests.lines.size(); ++i) {
    if (file_of(digests.lines[i - 1].entry) >= file_of(digests.lines[i].entry)) {
      return wrong(i + 2, "the files are not in order, or one stands twice");
    }
  }
  return digests;
}

std::string Digests::format() const {
  std::string text = title(kind) + "\n";
  for (const auto& line : lines) {
    text += concat(to_hex(line.digest), kBetween, line.entry, "\n");
  }
  return text;
}

}  // namespace hermes::package
