#include "testing/engine/home.h"

namespace hermes::testing {
namespace {

#ifdef HERMES_SANITIZED
constexpr bool kPooling = false;
#else
constexpr bool kPooling = true;
#endif

}  // namespace

std::filesystem::path shared_home() {
  std::filesystem::create_directories(HERMES_TEST_HOME);
  return HERMES_TEST_HOME;
}

wasm::EngineOptions engine_options() {
  return {.pooling = kPooling, .slots = 128};
}

}  // namespace hermes::testing
