// hermes:crypto.

#include <optional>

#include "functions/tests.h"

namespace {

using Errno = hermes_crypto_api_errno_t;
using Words = std::vector<std::string>;
using Signature = hermes_crypto_api_bip32_ed25519_signature_t;

constexpr const char* kPhrase =
    "prevent company field green slot measure chief hero apple task eagle sunset endorse dress "
    "seed";

Words words_of(std::string_view phrase) {
  Words words;
  while (!phrase.empty()) {
    const auto end = phrase.find(' ');
    words.emplace_back(phrase.substr(0, end));
    phrase.remove_prefix(end == phrase.npos ? phrase.size() : end + 1);
  }
  return words;
}

// A list of strings that a function borrows.
template <typename List>
class Lent {
 public:
  explicit Lent(Words words) : words_(std::move(words)) {
    for (const auto& word : words_) strings_.push_back(lend(word));
    list_ = {strings_.data(), strings_.size()};
  }
  List* get() { return &list_; }

 private:
  const Words words_;
  std::vector<hermes_string_t> strings_;
  List list_;
};

using LentMnemonic = Lent<hermes_crypto_api_mnemonic_phrase_t>;

struct Mnemonic {
  Words words;
  std::optional<Errno> error;
};

Mnemonic generate(std::uint8_t size, const Words& prefix = {},
                  std::optional<std::string_view> language = {}) {
  Lent<hermes_crypto_api_prefix_t> lent(prefix);
  auto name = lend(language.value_or(""));
  hermes_crypto_api_mnemonic_phrase_t phrase;
  Errno error;
  if (!hermes_crypto_api_generate_mnemonic(size, lent.get(), language ? &name : nullptr, &phrase,
                                           &error)) {
    return {{}, error};
  }
  Mnemonic mnemonic;
  for (std::size_t i = 0; i < phrase.len; ++i) {
    const auto& [ptr, len] = phrase.ptr[i];
    mnemonic.words.emplace_back(reinterpret_cast<const char*>(ptr), len);
  }
  hermes_crypto_api_mnemonic_phrase_free(&phrase);
  return mnemonic;
}

Bytes bytes_of(std::initializer_list<std::uint64_t> words) {
  Bytes bytes;
  for (const auto word : words) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes.push_back(static_cast<std::uint8_t>(word >> shift));
    }
  }
  return bytes;
}

class Key {
 public:
  Key(const Words& mnemonic, const std::optional<Words>& passphrase = {})
      : key_(make(mnemonic, passphrase)) {}
  Key(const Key&) = delete;
  ~Key() { hermes_crypto_api_bip32_ed25519_drop_own(key_); }

  Key derive(std::string_view path) const {
    auto text = lend(path);
    return Key(hermes_crypto_api_method_bip32_ed25519_derive(borrow(), &text));
  }

  Bytes public_key() const {
    hermes_crypto_api_bip32_ed25519_public_key_t key;
    hermes_crypto_api_method_bip32_ed25519_public_key(borrow(), &key);
    return bytes_of({key.f0, key.f1, key.f2, key.f3});
  }

  Signature sign(const Bytes& data) const {
    auto buffer = lend_as<hermes_crypto_api_bstr_t>(data);
    Signature signature;
    hermes_crypto_api_method_bip32_ed25519_sign_data(borrow(), &buffer, &signature);
    return signature;
  }

  bool check(const Bytes& data, Signature signature) const {
    auto buffer = lend_as<hermes_crypto_api_bstr_t>(data);
    return hermes_crypto_api_method_bip32_ed25519_check_sig(borrow(), &buffer, &signature);
  }

 private:
  using Own = hermes_crypto_api_own_bip32_ed25519_t;

  explicit Key(Own key) : key_(key) {}

  static Own make(const Words& mnemonic, const std::optional<Words>& passphrase) {
    LentMnemonic words(mnemonic);
    Lent<hermes_crypto_api_passphrase_t> more(passphrase.value_or(Words()));
    return hermes_crypto_api_constructor_bip32_ed25519(words.get(),
                                                       passphrase ? more.get() : nullptr);
  }

  hermes_crypto_api_borrow_bip32_ed25519_t borrow() const {
    return hermes_crypto_api_borrow_bip32_ed25519(key_);
  }

  Own key_;
};

bool every_language() {
  for (const auto* language :
       {"English", "SimplifiedChinese", "TraditionalChinese", "Czech", "French", "Italian",
        "Japanese", "Korean", "Portuguese", "Spanish"}) {
    for (const int size : {12, 15, 18, 21, 24}) {
      const auto mnemonic = generate(static_cast<std::uint8_t>(size), {}, language);
      if (mnemonic.words.size() != std::size_t(size)) return false;
      if (size == 24) Key key(mnemonic.words);  // Which checks the checksum.
    }
  }
  return generate(12).words != generate(12).words;
}

bool prefixes() {
  const Words prefix = {"legal", "winner", "thank"};
  for (std::size_t size = 0; size <= 3; ++size) {
    const Words some(prefix.begin(), prefix.begin() + std::ptrdiff_t(size));
    const auto words = generate(12, some).words;
    if (words.size() != 12 || Words(words.begin(), words.begin() + std::ptrdiff_t(size)) != some) {
      return false;
    }
    Key key(words);
  }
  return true;
}

bool errors() {
  const Words four(4, "zoo");
  return generate(11, four, "Klingon").error == HERMES_CRYPTO_API_ERRNO_PREFIX_TOO_LONG &&
         generate(0).error == HERMES_CRYPTO_API_ERRNO_INVALID_MNEMONIC_LENGTH &&
         generate(13, {"x"}, "Klingon").error == HERMES_CRYPTO_API_ERRNO_INVALID_MNEMONIC_LENGTH &&
         generate(255).error == HERMES_CRYPTO_API_ERRNO_INVALID_MNEMONIC_LENGTH &&
         generate(12, {"x"}, "Klingon").error == HERMES_CRYPTO_API_ERRNO_UNSUPPORTED_LANGUAGE &&
         generate(12, {"x"}).error == HERMES_CRYPTO_API_ERRNO_WORD_NOT_FOUND &&
         generate(12, {"zoo"}, "Czech").error == HERMES_CRYPTO_API_ERRNO_WORD_NOT_FOUND;
}

bool official_mnemonics() {
  bool right = true;
  const auto check = [&](std::string_view words, std::string_view key) {
    right = right && Key(words_of(words)).public_key() == of_hex(key);
  };
#define MNEMONIC(language, entropy, words, key) check(words, key);
#include "vectors/bip39.inc"
#undef MNEMONIC
  return right;
}

bool official_keys() {
  bool right = true;
  const auto check = [&](std::string_view words, std::string_view passphrase, std::string_view path,
                         std::string_view key) {
    const Key master(words_of(words), words_of(passphrase));
    right = right && master.derive(path).public_key() == of_hex(key);
  };
#define KEY(what, words, passphrase, path, private_key, public_key) \
  check(words, passphrase, path, public_key);
#include "vectors/keys.inc"
#undef KEY
  return right;
}

bool official_signatures() {
  const Key master(words_of("all all all all all all all all all all all all"));
  bool right = true;
  const auto check = [&](std::string_view path, std::string_view public_key, std::string_view data,
                         std::string_view expected) {
    const auto key = master.derive(path);
    const auto made = key.sign(of_hex(data));
    const auto bytes =
        bytes_of({made.f0, made.f1, made.f2, made.f3, made.f4, made.f5, made.f6, made.f7});
    right = right && key.public_key() == of_hex(public_key) && bytes == of_hex(expected) &&
            key.check(of_hex(data), made);
  };
#define SIGNATURE(path, public_key, data, signature) check(path, public_key, data, signature);
#include "vectors/signatures.inc"
#undef SIGNATURE
  return right;
}

bool paths() {
  const Key master(words_of(kPhrase));
  const auto account = master.derive("m/1852'/1815'/0'");
  return account.derive("m/2/0").public_key() ==
             master.derive("m/1852H/1815H/0H/2/0").public_key() &&
         master.derive("m").public_key() == master.public_key() &&
         master.derive("m/0").public_key() != master.derive("m/0'").public_key();
}

bool signatures() {
  const Key key(words_of(kPhrase));
  const auto data = pattern(1 << 20);
  auto signature = key.sign(data);
  if (!key.check(data, signature) || key.check({}, signature)) return false;
  if (!key.check({}, key.sign({})) || key.derive("m/0").check(data, signature)) return false;
  signature.f7 ^= 1;
  return !key.check(data, signature) && !key.check(data, Signature{});
}

bool joined_passphrase() {
  const auto words = words_of(kPhrase);
  return Key(words, Words{"correct", "horse"}).public_key() ==
             Key(words, Words{"correct horse"}).public_key() &&
         Key(words, Words{}).public_key() == Key(words).public_key();
}

bool make_and_drop() {
  const Key master(words_of(kPhrase));
  const auto before = master.public_key();
  for (int i = 0; i < 20'000; ++i) master.derive("m");
  return master.public_key() == before;
}

// What is not given back ends with the call.
bool keys_that_are_kept() {
  const Key master(words_of(kPhrase));
  for (int i = 0; i < 300; ++i) new Key(master.derive("m"));
  return true;
}

// None of these returns.

bool wrong_checksum() {
  auto words = words_of(kPhrase);
  std::swap(words[0], words[1]);
  return Key(words).public_key().empty();
}

bool eleven_words() {
  return Key(Words(11, "zoo")).public_key().empty();
}

bool unknown_word() {
  return Key(Words(12, "swordfish")).public_key().empty();
}

bool two_languages() {
  return Key(words_of("civil festival festival palace rival concert distance panda junior unique "
                      "spatial science"))
      .public_key()
      .empty();
}

bool many_words() {
  return Key(Words(100'000, "zoo")).public_key().empty();
}

bool long_passphrase() {
  return Key(words_of(kPhrase), Words{std::string(4 << 20, 'p')}).public_key().empty();
}

bool bad_path() {
  return Key(words_of(kPhrase)).derive("m/2147483648").public_key().empty();
}

bool long_path() {
  std::string path = "m";
  for (int i = 0; i < 1'000'000; ++i) path += "/0";
  return Key(words_of(kPhrase)).derive(path).public_key().empty();
}

bool wrong_handle() {
  hermes_crypto_api_bip32_ed25519_public_key_t key;
  hermes_crypto_api_method_bip32_ed25519_public_key({4711}, &key);
  return true;
}

bool dropped_handle() {
  const auto words = words_of(kPhrase);
  LentMnemonic lent(words);
  const auto key = hermes_crypto_api_constructor_bip32_ed25519(lent.get(), nullptr);
  hermes_crypto_api_bip32_ed25519_drop_own(key);
  hermes_crypto_api_bip32_ed25519_public_key_t public_key;
  hermes_crypto_api_method_bip32_ed25519_public_key(hermes_crypto_api_borrow_bip32_ed25519(key),
                                                    &public_key);
  return true;
}

constexpr Test kAll[] = {
    {"every language", every_language},
    {"prefixes", prefixes},
    {"errors", errors},
    {"official mnemonics", official_mnemonics},
    {"official keys", official_keys},
    {"official signatures", official_signatures},
    {"paths", paths},
    {"signatures", signatures},
    {"joined passphrase", joined_passphrase},
    {"make and drop", make_and_drop},
    {"keys that are kept", keys_that_are_kept},
    {"wrong checksum", wrong_checksum},
    {"eleven words", eleven_words},
    {"unknown word", unknown_word},
    {"two languages", two_languages},
    {"many words", many_words},
    {"long passphrase", long_passphrase},
    {"bad path", bad_path},
    {"long path", long_path},
    {"wrong handle", wrong_handle},
    {"dropped handle", dropped_handle},
};

}  // namespace

const Tests kTests = {kAll, std::size(kAll)};
