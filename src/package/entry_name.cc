#include "package/entry_name.h"

#include <algorithm>
#include <cstddef>
#include <unordered_set>

#include "base/escape.h"
#include "base/strings.h"
#include "base/utf8.h"

namespace hermes::package {
namespace {

constexpr std::size_t kName = 1024;
constexpr std::size_t kSegment = 255;
constexpr std::size_t kSegments = 32;

Error bad_name(std::string_view entry, std::string_view why) {
  return {Code::InvalidArgument, concat("the name ", json_quote(entry), " ", why)};
}

}  // namespace

bool is_compressed(std::string_view entry) {
  return entry.ends_with(kCompressed);
}

std::string_view file_of(std::string_view entry) {
  return is_compressed(entry) ? entry.substr(0, entry.size() - kCompressed.size()) : entry;
}

Result<> check_name(std::string_view entry) {
  const auto shown = entry.substr(0, 80);
  if (entry.size() > kName) return bad_name(shown, "… is longer than 1024 bytes");
  if (!is_utf8(entry)) return bad_name(shown, "is not UTF-8");
  // What is shown otherwise than it is, is a control character, or turns the direction of writing.
  if (escape_controls(entry) != entry || entry.find('\\') != entry.npos) {
    return bad_name(shown, "has a control character or a backslash");
  }
  const auto segments = split(file_of(entry), '/');
  if (segments.size() > kSegments) return bad_name(shown, "has more than 32 segments");
  for (const auto segment : segments) {
    if (segment.empty() || segment == "." || segment == ".." || segment.size() > kSegment) {
      return bad_name(shown, "is no path inside a package");
    }
  }
  return {};
}

Result<> check_together(const std::vector<std::string_view>& entries) {
  std::unordered_set<std::string_view> files;
  files.reserve(entries.size());
  for (const auto entry : entries) {
    if (!files.insert(file_of(entry)).second) return bad_name(file_of(entry), "stands twice");
  }
  for (const auto file : files) {
    for (auto slash = file.find('/'); slash != file.npos; slash = file.find('/', slash + 1)) {
      const auto directory = file.substr(0, slash);
      if (files.contains(directory)) return bad_name(directory, "is a file and a directory");
    }
  }
  return {};
}

}  // namespace hermes::package
