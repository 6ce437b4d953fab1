#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "base/result.h"

namespace hermes::primitives {

/// Why words are no mnemonic.
enum class NoMnemonic : std::uint8_t {
  BadLength,        // There are not 12, 15, 18, 21 or 24.
  UnknownWord,      // One is in no list, or not in that of the language.
  BadChecksum,      // They are of one list, and the checksum is wrong.
  TwoLanguages,     // They are two mnemonics, one in each of two languages.
  UnknownLanguage,  // No list is called so.
};

/// In words, for people.
std::string_view describe(NoMnemonic why);

/// The words of a list, which live for ever.
using Words = std::vector<std::string_view>;

/// The BIP-39 mnemonic of `entropy`, 16 to 32 bytes, with its first bits replaced by those of the
/// words in `prefix`. It is understood in no other language.
Result<Expected<Words, NoMnemonic>> mnemonic_of(std::span<const std::uint8_t> entropy,
                                                std::span<const std::string> prefix,
                                                std::string_view language);

}  // namespace hermes::primitives
