#include "extensions/kv_store/cbor.h"

#include <array>
#include <cstddef>
#include <string_view>

#include "base/strings.h"

namespace hermes::kv_store {
namespace {

constexpr std::size_t kMaxDepth = 64;

// The first byte of an item: what it is, and how its argument is written.
struct Head {
  explicit Head(std::uint8_t byte) : major(byte >> 5), info(byte & 31) {}

  enum Major : std::uint8_t { Unsigned, Negative, Bytes, Text, Array, Map, Tag, Simple };
  static constexpr unsigned kIndefinite = 31;

  bool is_indefinite() const { return info == kIndefinite; }
  bool is_break() const { return major == Simple && is_indefinite(); }

  unsigned major;
  unsigned info;
};

// A container that has begun: how many items are to come, or have come where only a break ends it.
struct Container {
  unsigned major;
  bool indefinite;
  std::uint64_t items;

  bool has_chunks() const { return indefinite && (major == Head::Bytes || major == Head::Text); }
};

class Checker {
 public:
  explicit Checker(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  Result<> run() {
    do {
      TRY(item());
      while (depth_ > 0 && !top().indefinite && top().items == 0) --depth_;
    } while (depth_ > 0);
    if (at_ != bytes_.size()) return malformed("more follows the item");
    return {};
  }

 private:
  Result<> item() {
    const Head head(TRY(next()));
    if (head.is_break()) return end();
    TRY(count(head));
    if (head.is_indefinite()) {
      if (head.major < Head::Bytes || head.major > Head::Map) {
        return malformed("it cannot be of indefinite length");
      }
      return begin({head.major, true, 0});
    }
    const auto argument = TRY(read_argument(head));
    switch (head.major) {
      case Head::Bytes:
      case Head::Text:
        if (argument > left()) return ends_early();
        at_ += static_cast<std::size_t>(argument);
        return {};
      case Head::Array:
        if (argument > left()) return ends_early();
        return begin({head.major, false, argument});
      case Head::Map:
        if (argument > left() / 2) return ends_early();
        return begin({head.major, false, 2 * argument});
      case Head::Tag:
        return begin({head.major, false, 1});
      case Head::Simple:
        if (head.info == 24 && argument < 32)
          return malformed("a simple value is written too long");
        return {};
      default:
        return {};
    }
  }

  // Makes the item one of the container in which it stands.
  Result<> count(const Head& head) {
    if (depth_ == 0) return {};
    auto& in = top();
    const bool chunk = head.major == in.major && !head.is_indefinite();
    if (in.has_chunks() && !chunk) return malformed("a string has a chunk of another kind");
    in.items += in.indefinite ? 1 : std::uint64_t(-1);
    return {};
  }

  Result<> begin(Container container) {
    if (depth_ == kMaxDepth) return malformed(concat("it nests deeper than ", kMaxDepth));
    containers_[depth_++] = container;
    return {};
  }

  Result<> end() {
    if (depth_ == 0 || !top().indefinite) return malformed("a break ends nothing");
    if (top().major == Head::Map && top().items % 2 != 0) return malformed("a key has no value");
    --depth_;
    return {};
  }

  Result<std::uint64_t> read_argument(const Head& head) {
    if (head.info < 24) return head.info;
    if (head.info > 27) return malformed("its length is written in a reserved way");
    std::uint64_t argument = 0;
    for (auto n = 1U << (head.info - 24); n != 0; --n) argument = argument << 8 | TRY(next());
    return argument;
  }

  Result<std::uint8_t> next() {
    if (left() == 0) return ends_early();
    return bytes_[at_++];
  }

  Container& top() { return containers_[depth_ - 1]; }
  std::size_t left() const { return bytes_.size() - at_; }

  Error malformed(std::string_view why) const {
    return {Code::InvalidArgument, concat("malformed CBOR at byte ", at_, ": ", why)};
  }
  Error ends_early() const { return malformed("it ends early"); }

  const std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
  std::array<Container, kMaxDepth> containers_;
  std::size_t depth_ = 0;
};

}  // namespace

Result<> check_cbor(std::span<const std::uint8_t> bytes) {
  return Checker(bytes).run();
}

}  // namespace hermes::kv_store
