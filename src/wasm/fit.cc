#include "wasm/fit.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "wasm/engine_handle.h"
#include "wasm/handle.h"

namespace hermes::wasm {
namespace {

// A pool has a memory for each call, of 4 GiB with what guards it. So many fit into the 128 TiB
// that a process has, beside all else.
constexpr std::size_t kMostByAddresses = 24'000;

// Of a call: its stack and the guard of that; of its memory the image, what is before and after the
// image, and what it may grow into.
constexpr std::size_t kMappingsOfCall = 6;
constexpr std::size_t kOtherMappings = 5'000;  // Code, files, threads, the allocator.

// How many calls all engines can run at once, and what keeps them from more.
struct Most {
  std::size_t calls;
  std::string_view reason;
};
Most most_calls(std::size_t mappings) {
  const auto mapped = (mappings - std::min(mappings, kOtherMappings)) / kMappingsOfCall;
  if (mapped < kMostByAddresses) return {mapped, "vm.max_map_count allows no more"};
  return {kMostByAddresses, "there are not addresses for more"};
}

// A pool of the size of all pools together, made and dropped.
Result<> try_to_reserve(EngineOptions options, std::size_t engines) {
  options.slots *= static_cast<std::uint32_t>(engines);
  const MemoryBudget memory;
  const auto config = config_of(options, memory);
  hermes_engine* engine = nullptr;
  TRY(check(hermes_engine_new(&config, &engine)));
  hermes_engine_free(engine);
  return {};
}

}  // namespace

EngineOptions fit(EngineOptions options, std::size_t engines, std::size_t mappings, log::Log& log) {
  if (!options.pooling) return options;
  const auto [calls, reason] = most_calls(mappings);
  const auto most = std::max(std::size_t{1}, calls / engines);
  if (options.slots > most) {
    options.slots = static_cast<std::uint32_t>(most);
    log.write({.level = log::Level::Warn,
               .message = concat("each worker runs ", most, " calls at once: ", reason)});
  }
  if (const auto reserved = try_to_reserve(options, engines); !reserved) {
    options.pooling = false;
    log.write(
        {.level = log::Level::Warn,
         .message = concat("the memory of calls is allocated on demand, which takes longer: "
                           "its addresses cannot be reserved (is there a limit, ulimit -v?): ",
                           reserved.error().message())});
  }
  return options;
}

}  // namespace hermes::wasm
