#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "package/sha256.h"

namespace hermes::package {

enum class Kind : std::uint8_t { App, Module };

/// "app" or "module".
std::string_view name_of(Kind kind);

/// META/digests.txt: what each entry of a package has for content.
struct Digests {
  struct Line {
    std::string entry;
    Digest digest;
  };

  Kind kind = Kind::App;
  std::vector<Line> lines;  // In the order of the bytes of the files' names.

  static Result<Digests> parse(std::string_view text);
  std::string format() const;
};

}  // namespace hermes::package
