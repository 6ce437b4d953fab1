// Lists of strings in options and results; a resource with a constructor, and a method that makes
// another; tuples of four and eight numbers.

#include "shapes/shapes.h"

typedef hermes_crypto_api_own_bip32_ed25519_t own_key;
typedef hermes_crypto_api_borrow_bip32_ed25519_t borrowed_key;
typedef hermes_crypto_api_b256_t b256;
typedef hermes_crypto_api_b512_t b512;

static hermes_crypto_api_prefix_t words(hermes_string_t* first, size_t count) {
  return (hermes_crypto_api_prefix_t){first, count};
}

static bool list_of_strings(void) {
  hermes_string_t text[] = {hermes_text("abandon"), hermes_text(""), hermes_text("z\xc3\xa9")};
  hermes_crypto_api_prefix_t prefix = words(text, 3);
  hermes_string_t language = hermes_text("fr");
  hermes_crypto_api_mnemonic_phrase_t phrase;
  hermes_crypto_api_errno_t error;
  if (!hermes_crypto_api_generate_mnemonic(12, &prefix, &language, &phrase, &error)) return false;
  return phrase.len == 4 && same_string(phrase.ptr[0], text[0]) &&
         same_string(phrase.ptr[1], text[1]) && same_string(phrase.ptr[2], text[2]) &&
         same_string(phrase.ptr[3], language);
}

static bool empty_list_and_none(void) {
  hermes_crypto_api_prefix_t prefix = words(NULL, 0);
  hermes_crypto_api_mnemonic_phrase_t phrase;
  hermes_crypto_api_errno_t error;
  return hermes_crypto_api_generate_mnemonic(12, &prefix, NULL, &phrase, &error) && phrase.len == 0;
}

static bool error_of_an_enum(void) {
  hermes_crypto_api_prefix_t prefix = words(NULL, 0);
  hermes_crypto_api_mnemonic_phrase_t phrase;
  hermes_crypto_api_errno_t error;
  return !hermes_crypto_api_generate_mnemonic(0, &prefix, NULL, &phrase, &error) &&
         error == HERMES_CRYPTO_API_ERRNO_INVALID_MNEMONIC_LENGTH;
}

static own_key key_of(size_t count, hermes_crypto_api_passphrase_t* passphrase) {
  static hermes_string_t text[3];
  text[0] = hermes_text("one");
  text[1] = hermes_text("three");
  text[2] = hermes_text("five");
  hermes_crypto_api_mnemonic_phrase_t mnemonic = {text, count};
  return hermes_crypto_api_constructor_bip32_ed25519(&mnemonic, passphrase);
}

static bool public_is(own_key key, b256 expected) {
  b256 found;
  hermes_crypto_api_method_bip32_ed25519_public_key(hermes_crypto_api_borrow_bip32_ed25519(key),
                                                    &found);
  return memcmp(&found, &expected, sizeof found) == 0;
}

static bool constructor(void) {
  hermes_string_t text[] = {hermes_text("pass"), hermes_text("phrase")};
  hermes_crypto_api_passphrase_t passphrase = {text, 2};
  own_key with = key_of(3, &passphrase);
  own_key without = key_of(2, NULL);
  const bool right =
      public_is(with, (b256){3, 2, 12, 10}) && public_is(without, (b256){2, UINT64_MAX, 8, 0});
  hermes_crypto_api_bip32_ed25519_drop_own(with);
  hermes_crypto_api_bip32_ed25519_drop_own(without);
  return right;
}

static bool tuple_of_eight(void) {
  own_key key = key_of(1, NULL);
  borrowed_key borrowed = hermes_crypto_api_borrow_bip32_ed25519(key);
  bytes data = BYTES("\1\2\3\xff");
  b512 signature;
  hermes_crypto_api_method_bip32_ed25519_sign_data(borrowed, &data, &signature);
  const b512 expected = {4, 261, 3, 4, 5, 6, 7, UINT64_MAX};
  bool right = memcmp(&signature, &expected, sizeof signature) == 0 &&
               hermes_crypto_api_method_bip32_ed25519_check_sig(borrowed, &data, &signature);
  signature.f7 = 0;
  right = right && !hermes_crypto_api_method_bip32_ed25519_check_sig(borrowed, &data, &signature);
  hermes_crypto_api_bip32_ed25519_drop_own(key);
  return right;
}

static bool method_makes_another(void) {
  own_key key = key_of(3, NULL);
  hermes_string_t path = hermes_text("m/1'");
  own_key child = hermes_crypto_api_method_bip32_ed25519_derive(
      hermes_crypto_api_borrow_bip32_ed25519(key), &path);
  hermes_crypto_api_bip32_ed25519_drop_own(key);
  const bool right = public_is(child, (b256){1, UINT64_MAX, 4, 0});
  hermes_crypto_api_bip32_ed25519_drop_own(child);
  return right;
}

SHAPE_GROUP(crypto_shapes, {"crypto: a list of strings and an option", list_of_strings},
            {"crypto: an empty list and none", empty_list_and_none},
            {"crypto: an error of an enum", error_of_an_enum},
            {"crypto: a constructor with an option of a list", constructor},
            {"crypto: a tuple of eight there and back", tuple_of_eight},
            {"crypto: a method that makes a resource", method_makes_another});
