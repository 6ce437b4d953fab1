#include "wasm/fit.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "base/strings.h"
#include "wasm/engine_handle.h"
#include "wasm/handle.h"

namespace hermes::wasm {
namespace {

// A pool has one and a half memories for each call, of 4 GiB with what guards them. So many fit
// into the 128 TiB that a process has, beside all else.
constexpr std::size_t kMostCalls = 16'000;

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

EngineOptions fit(EngineOptions options, std::size_t engines, log::Log& log) {
  if (!options.pooling) return options;
  const auto most = std::max(std::size_t{1}, kMostCalls / engines);
  if (options.slots > most) {
    options.slots = static_cast<std::uint32_t>(most);
    log.write({.level = log::Level::Warn,
               .message = concat("each worker runs ", most,
                                 " calls at once: there are not addresses for more")});
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
