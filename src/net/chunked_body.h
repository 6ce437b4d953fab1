#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace hermes::net {

struct ChunkLimits {
  std::uint64_t body_bytes = std::numeric_limits<std::uint64_t>::max();  // Without the framing.
  std::size_t line_bytes;  // Of a chunk's own line; and of all lines of the trailer.
  std::size_t trailer_count;
};

/// The body of a message in chunks, as RFC 9112 frames it, byte by byte: what becomes of it does
/// not depend on how it is cut, and no byte has to come again. Extensions and trailers are checked
/// and left out. Lines end with CRLF and nothing else, none is folded, and no trailer is about
/// where the body ends.
class ChunkedBody {
 public:
  enum class State : std::uint8_t {
    Partial,  // Feed it more.
    Complete,
    Malformed,
    LinesTooLarge,
    BodyTooLarge,
  };

  explicit ChunkedBody(const ChunkLimits& limits) : limits_(limits) {}

  /// Appends to `body` what `bytes` holds of it. Returns how many of them belong to the chunks: all
  /// while it is Partial. Only for one that is.
  std::size_t feed(std::string_view bytes, std::string& body);

  State state() const { return state_; }

 private:
  enum class Place : std::uint8_t {
    Size,          // At its first digit.
    SizeGoesOn,    // Or the line ends.
    Space,         // Before an extension.
    Extension,     // Up to the end of the line.
    SizeEnd,       // At the LF.
    Data,          // In it, or at the CR behind it.
    DataEnd,       // At the LF.
    Trailer,       // At the first byte of its next line.
    TrailerName,   // Up to the colon.
    TrailerValue,  // Up to the end of the line.
    TrailerEnd,    // At the LF.
    End,           // At the last LF.
  };

  void take(char c);
  void take_digit(char c);
  void begin_data();
  void begin_trailer(char c);
  void take_name(char c);
  void expect(bool holds, Place then);

  const ChunkLimits limits_;
  State state_ = State::Partial;
  Place place_ = Place::Size;
  std::uint64_t left_ = 0;  // Of the chunk.
  std::uint64_t body_bytes_ = 0;
  std::size_t line_bytes_ = 0;  // Of the line; in the trailer of all lines.
  std::size_t trailers_ = 0;
  std::string name_;  // Of the trailer, as far as it matters.
};

}  // namespace hermes::net
