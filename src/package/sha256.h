#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hermes::package {

using Digest = std::array<std::uint8_t, 32>;

/// SHA-256 of what is added piece by piece.
class Sha256 {
 public:
  Sha256();
  Sha256(const Sha256&) = delete;
  ~Sha256();

  void add(std::string_view data);
  /// Once, at the end.
  Digest digest();

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

Digest sha256(std::string_view data);

/// In lower-case hex.
std::string to_hex(const Digest& digest);
/// From lower-case hex, and nothing else.
std::optional<Digest> from_hex(std::string_view text);

}  // namespace hermes::package
