#include "extensions/http_gateway/normal_path.h"

#include <vector>

#include "base/percent.h"
#include "base/strings.h"

namespace hermes::http_gateway {
namespace {

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

char upper_case(char c) {
  return c >= 'a' && c <= 'f' ? static_cast<char>(c - 0x20) : c;
}

// What may be written plainly is; of the rest, the digits are in upper case.
std::string decode_unreserved(std::string_view path) {
  std::string plain;
  plain.reserve(path.size());
  for (std::size_t i = 0; i < path.size(); ++i) {
    const auto decoded =
        path[i] == '%' && path.size() - i >= 3 ? percent_decode(path.substr(i, 3)) : std::nullopt;
    if (!decoded) {
      plain += path[i];
      continue;
    }
    if (is_unreserved(decoded->front())) {
      plain += decoded->front();
    } else {
      plain += '%';
      plain += upper_case(path[i + 1]);
      plain += upper_case(path[i + 2]);
    }
    i += 2;
  }
  return plain;
}

bool may_have_detours(std::string_view path) {
  return path.find("/.") != path.npos || path.find("//") != path.npos;
}

// Without empty segments and those of dots. What ends with a slash still does.
std::string without_detours(std::string_view path) {
  std::vector<std::string_view> kept;
  const auto segments = split(path.substr(1), '/');
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const bool is_last = i + 1 == segments.size();
    if (segments[i].empty() && !is_last) continue;
    const bool is_up = segments[i] == "..";
    if (is_up && !kept.empty()) kept.pop_back();
    if (!is_up && segments[i] != ".") {
      kept.push_back(segments[i]);
    } else if (is_last) {
      kept.emplace_back();  // "/a/." is "/a/".
    }
  }
  std::string joined;
  for (const auto segment : kept) joined += concat("/", segment);
  return joined;
}

}  // namespace

std::string normal_path(std::string_view path) {
  const bool is_encoded = path.find('%') != path.npos;
  if (!path.starts_with('/') || (!is_encoded && !may_have_detours(path))) return std::string(path);
  const auto plain = decode_unreserved(path);
  return may_have_detours(plain) ? without_detours(plain) : plain;
}

}  // namespace hermes::http_gateway
