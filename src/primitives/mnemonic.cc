#include "primitives/mnemonic.h"

#include "primitives/text.h"

namespace hermes::primitives {

std::string_view describe(NoMnemonic why) {
  switch (why) {
    case NoMnemonic::BadLength:
      return "a mnemonic has 12, 15, 18, 21 or 24 words";
    case NoMnemonic::UnknownWord:
      return "a word of the mnemonic is not in the list of its language";
    case NoMnemonic::BadChecksum:
      return "the checksum of the mnemonic is wrong";
    case NoMnemonic::TwoLanguages:
      return "the words are two mnemonics in two languages";
    case NoMnemonic::UnknownLanguage:
      return "there is no list of words in that language";
  }
  return "no mnemonic";
}

Result<Expected<void, NoMnemonic>> check(hermes_primitive status) {
  switch (status) {
    case hermes_primitive_Ok:
      return Expected<void, NoMnemonic>();
    case hermes_primitive_BadLength:
      return Expected<void, NoMnemonic>(Unexpected(NoMnemonic::BadLength));
    case hermes_primitive_UnknownWord:
      return Expected<void, NoMnemonic>(Unexpected(NoMnemonic::UnknownWord));
    case hermes_primitive_BadChecksum:
      return Expected<void, NoMnemonic>(Unexpected(NoMnemonic::BadChecksum));
    case hermes_primitive_TwoLanguages:
      return Expected<void, NoMnemonic>(Unexpected(NoMnemonic::TwoLanguages));
    case hermes_primitive_UnknownLanguage:
      return Expected<void, NoMnemonic>(Unexpected(NoMnemonic::UnknownLanguage));
    case hermes_primitive_Panicked:
      break;
  }
  return Error(Code::Corrupt, "the key library panicked");
}

Result<Expected<Words, NoMnemonic>> mnemonic_of(std::span<const std::uint8_t> entropy,
                                                std::span<const std::string> prefix,
                                                std::string_view language) {
  const auto first = lend(prefix);
  std::vector<hermes_text> texts(entropy.size() / 4 * 3);
  const auto made = TRY(check(hermes_mnemonic(entropy.data(), entropy.size(), first.data(),
                                              first.size(), lend(language), texts.data())));
  if (!made.has_value()) return Expected<Words, NoMnemonic>(Unexpected(made.error()));
  Words words;
  for (const auto& [data, len] : texts) {
    words.emplace_back(reinterpret_cast<const char*>(data), len);
  }
  return Expected<Words, NoMnemonic>(std::move(words));
}

}  // namespace hermes::primitives
