#pragma once

#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

namespace hermes::http_gateway {

/// Bytes of a representation.
struct ByteRange {
  std::uint64_t begin;
  std::uint64_t size;  // Never 0.

  bool operator==(const ByteRange&) const = default;
};

/// All of it is to be sent: the header is malformed, in another unit, or asks for more work than
/// it is worth.
struct WholeFile {
  bool operator==(const WholeFile&) const = default;
};

/// There is nothing where the ranges are: 416.
struct Unsatisfiable {
  bool operator==(const Unsatisfiable&) const = default;
};

/// What a Range header (RFC 9110, section 14) asks of a representation of `size` bytes, in its
/// order: "bytes=0-99,-1". Ranges that are outside are left out.
std::variant<WholeFile, Unsatisfiable, std::vector<ByteRange>> parse_ranges(std::string_view value,
                                                                            std::uint64_t size);

}  // namespace hermes::http_gateway
