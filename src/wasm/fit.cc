#include "wasm/fit.h"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/strings.h"

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

// What a pool takes for a call: its memory with what guards it, its stack, its tables.
constexpr std::size_t kFewestMemories = 8;  // Of a pool: a component may have as many.
constexpr std::size_t kAddressesOfCall = (std::size_t{4} << 30) + (std::size_t{64} << 20);

// As many addresses as all pools together take, mapped and given back. To make a pool of that size
// takes as long as all else that a start does.
Result<> try_to_reserve(const EngineOptions& options, std::size_t engines) {
  const auto slots = std::max<std::size_t>(options.slots, kFewestMemories);
  const auto size = slots * engines * kAddressesOfCall;
  void* const addresses =
      ::mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (addresses == MAP_FAILED) return Error(Code::LimitReached, std::strerror(errno));
  ::munmap(addresses, size);
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
