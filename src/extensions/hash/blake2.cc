#include "extensions/hash/blake2.h"

#include <blake2.h>
#include <sodium.h>

#include <algorithm>
#include <array>

#include "base/check.h"

namespace hermes::hash {
namespace {

// To the size that the libraries take.
template <std::size_t kSize>
std::array<std::uint8_t, kSize> filled_up(std::span<const std::uint8_t> bytes) {
  std::array<std::uint8_t, kSize> all{};
  std::ranges::copy(bytes, all.begin());
  return all;
}

}  // namespace

void blake2s(std::span<const std::uint8_t> data, const Blake2Options& options,
             std::span<std::uint8_t> out) {
  blake2s_param parameters{};
  parameters.digest_length = static_cast<std::uint8_t>(out.size());
  parameters.key_length = static_cast<std::uint8_t>(options.key.size());
  parameters.fanout = 1;
  parameters.depth = 1;
  std::ranges::copy(options.salt, parameters.salt);
  std::ranges::copy(options.personal, parameters.personal);
  blake2s_state state;
  HERMES_CHECK(blake2s_init_param(&state, &parameters) == 0, "the sizes are checked");
  if (!options.key.empty()) {  // It is the first block of the data.
    const auto block = filled_up<BLAKE2S_BLOCKBYTES>(options.key);
    blake2s_update(&state, block.data(), block.size());
  }
  blake2s_update(&state, data.data(), data.size());
  HERMES_CHECK(blake2s_final(&state, out.data(), out.size()) == 0, "the sizes are checked");
}

void blake2b(std::span<const std::uint8_t> data, const Blake2Options& options,
             std::span<std::uint8_t> out) {
  const auto salt = filled_up<crypto_generichash_blake2b_SALTBYTES>(options.salt);
  const auto personal = filled_up<crypto_generichash_blake2b_PERSONALBYTES>(options.personal);
  const auto failed = crypto_generichash_blake2b_salt_personal(
      out.data(), out.size(), data.data(), data.size(), options.key.data(), options.key.size(),
      salt.data(), personal.data());
  HERMES_CHECK(failed == 0, "the sizes are checked");
}

}  // namespace hermes::hash
