#include "net/chunked_body.h"

#include <algorithm>
#include <optional>

#include "base/strings.h"
#include "net/headers.h"

namespace hermes::net {
namespace {

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

constexpr std::string_view kLength = "content-length";
constexpr std::string_view kCoding = "transfer-encoding";
constexpr auto kLongestName = std::max(kLength.size(), kCoding.size());

bool is_about_size(std::string_view name) {
  return equals_ignoring_case(name, kLength) || equals_ignoring_case(name, kCoding);
}

bool is_space(char c) {
  return c == ' ' || c == '\t';
}

}  // namespace

std::size_t ChunkedBody::feed(std::string_view bytes, std::string& body) {
  std::size_t used = 0;
  while (state_ == State::Partial && used < bytes.size()) {
    if (place_ == Place::Data && left_ > 0) {
      const auto piece = bytes.substr(used, std::min<std::uint64_t>(left_, bytes.size() - used));
      body.append(piece);
      left_ -= piece.size();
      used += piece.size();
    } else {
      take(bytes[used++]);
    }
  }
  return used;
}

void ChunkedBody::take(char c) {
  const bool is_in_line = place_ != Place::Data && place_ != Place::DataEnd;
  if (is_in_line && ++line_bytes_ > limits_.line_bytes) {
    state_ = State::LinesTooLarge;
    return;
  }
  switch (place_) {
    case Place::Size:
      return take_digit(c);
    case Place::SizeGoesOn:
      if (hex_digit(c)) return take_digit(c);
      [[fallthrough]];
    case Place::Space:
      if (c == ';') return expect(true, Place::Extension);
      if (is_space(c)) return expect(true, Place::Space);
      return expect(c == '\r' && place_ == Place::SizeGoesOn, Place::SizeEnd);
    case Place::Extension:
      if (c == '\r') return expect(true, Place::SizeEnd);
      return expect(is_header_value({&c, 1}), Place::Extension);
    case Place::SizeEnd:
      expect(c == '\n', left_ > 0 ? Place::Data : Place::Trailer);
      return begin_data();
    case Place::Data:
      return expect(c == '\r', Place::DataEnd);
    case Place::DataEnd:
      return expect(c == '\n', Place::Size);
    case Place::Trailer:
      return begin_trailer(c);
    case Place::TrailerName:
      return take_name(c);
    case Place::TrailerValue:
      if (c == '\r') return expect(true, Place::TrailerEnd);
      return expect(is_header_value({&c, 1}), Place::TrailerValue);
    case Place::TrailerEnd:
      return expect(c == '\n', Place::Trailer);
    case Place::End:
      state_ = c == '\n' ? State::Complete : State::Malformed;
      return;
  }
}

void ChunkedBody::take_digit(char c) {
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max() / 16;
  const auto digit = hex_digit(c);
  expect(digit && left_ <= kMost, Place::SizeGoesOn);
  if (digit) left_ = left_ * 16 + *digit;
}

void ChunkedBody::begin_data() {
  line_bytes_ = 0;
  if (state_ != State::Partial) return;
  if (left_ > limits_.body_bytes - body_bytes_) {
    state_ = State::BodyTooLarge;
    return;
  }
  body_bytes_ += left_;
}

void ChunkedBody::begin_trailer(char c) {
  if (c == '\r') return expect(true, Place::End);
  if (++trailers_ > limits_.trailer_count) {
    state_ = State::LinesTooLarge;
    return;
  }
  name_.clear();
  take_name(c);
}

void ChunkedBody::take_name(char c) {
  if (c == ':') return expect(!name_.empty() && !is_about_size(name_), Place::TrailerValue);
  if (name_.size() <= kLongestName) name_ += c;
  expect(is_token({&c, 1}), Place::TrailerName);
}

void ChunkedBody::expect(bool holds, Place then) {
  if (!holds) state_ = State::Malformed;
  place_ = then;
}

}  // namespace hermes::net
