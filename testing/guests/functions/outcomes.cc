// A test of every outcome.

#include "functions/tests.h"

namespace {

bool passes() {
  return true;
}

bool fails() {
  return false;
}

bool traps() {
  __builtin_trap();
}

bool never_ends() {
  volatile std::uint64_t turns = 0;
  for (;;) turns = turns + 1;
}

// Whether nobody has written the key before; writes it.
bool has_a_state_of_its_own() {
  auto key = hermes_text("key");
  hermes_kv_store_api_kv_values_t value = {HERMES_KV_STORE_API_KV_VALUES_KV_S64, {.kv_s64 = 1}};
  hermes_kv_store_api_kv_values_t old;
  return !hermes_kv_store_api_kv_get_set(&key, &value, &old);
}

constexpr Test kAll[] = {
    {"passes", passes},         {"has a state of its own", has_a_state_of_its_own},
    {"fails", fails},           {"traps", traps},
    {"never ends", never_ends}, {"has a state of its own, again", has_a_state_of_its_own},
};

}  // namespace

const Tests kTests = {kAll, std::size(kAll)};
