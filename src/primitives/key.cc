#include "primitives/key.h"

#include "primitives/text.h"

namespace hermes::primitives {
namespace {

// For functions that only fail by a panic.
Result<> done(hermes_primitive status) {
  if (status != hermes_primitive_Ok) return Error(Code::Corrupt, "the key library panicked");
  return {};
}

}  // namespace

void Key::Free::operator()(hermes_key* key) const {
  hermes_key_free(key);
}

Result<Expected<Key, NoMnemonic>> Key::of_mnemonic(std::span<const std::string> words,
                                                   std::string_view passphrase) {
  const auto lent = lend(words);
  hermes_key* key = nullptr;
  const auto made = TRY(check(hermes_key_new(lent.data(), lent.size(), lend(passphrase), &key)));
  if (!made.has_value()) return Expected<Key, NoMnemonic>(Unexpected(made.error()));
  return Expected<Key, NoMnemonic>(Key(key));
}

Result<Key> Key::derive(std::span<const std::uint32_t> path) const {
  hermes_key* key = nullptr;
  TRY(done(hermes_key_derive(key_.get(), path.data(), path.size(), &key)));
  return Key(key);
}

Result<Key::Public> Key::public_key() const {
  Public bytes;
  TRY(done(hermes_key_public(key_.get(), bytes.data())));
  return bytes;
}

Result<Key::Signature> Key::sign(std::span<const std::uint8_t> data) const {
  Signature bytes;
  TRY(done(hermes_key_sign(key_.get(), data.data(), data.size(), bytes.data())));
  return bytes;
}

Result<bool> Key::verify(std::span<const std::uint8_t> data, const Signature& signature) const {
  bool valid = false;
  TRY(done(hermes_key_verify(key_.get(), data.data(), data.size(), signature.data(), &valid)));
  return valid;
}

}  // namespace hermes::primitives
