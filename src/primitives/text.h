#pragma once

// Only for mnemonic.cc and key.cc: texts and answers of the Rust library.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "base/result.h"
#include "hermes_primitives.h"
#include "primitives/mnemonic.h"

namespace hermes::primitives {

inline hermes_text lend(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline std::vector<hermes_text> lend(std::span<const std::string> texts) {
  std::vector<hermes_text> lent;
  lent.reserve(texts.size());
  for (const auto& text : texts) lent.push_back(lend(text));
  return lent;
}

/// What a function answered: nothing for success.
Result<Expected<void, NoMnemonic>> check(hermes_primitive status);

}  // namespace hermes::primitives
