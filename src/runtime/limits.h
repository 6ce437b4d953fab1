#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace hermes::runtime {

/// What one call may use, and how many an app may have. An app's manifest can lower what the engine
/// allows.
struct CallLimits {
  std::size_t memory = std::size_t{128} << 20;       // Bytes, over all linear memories and tables.
  std::size_t host_memory = std::size_t{128} << 20;  // Bytes that it hands to one host function.
  std::uint32_t resources = 10'000;                  // That it holds at a time.
  std::chrono::nanoseconds cpu = std::chrono::seconds(5);
  std::chrono::nanoseconds wall = std::chrono::seconds(30);
  std::size_t calls = 1'000;  // Of the app, at once.
};

/// What the memories of calls may have together, in bytes.
struct MemoryLimits {
  std::size_t app = std::size_t{1} << 30;
  std::size_t engine = 0;  // 0: half of what the machine, or the group of the process, has.
};

/// What may wait in lanes.
struct QueueLimits {
  std::size_t events_per_app = 10'000;
  std::size_t bytes_per_app = std::size_t{32} << 20;
  std::size_t events = 100'000;
  std::size_t bytes = std::size_t{256} << 20;

  // What each app has of the engine's queue for itself. Apps share the rest.
  std::size_t reserved_events = 100;
  std::size_t reserved_bytes = std::size_t{1} << 20;
};

/// How many threads may drive workers on while calls are in blocking sections.
struct SpareLimits {
  std::size_t all = 64;
  std::size_t app = 16;
};

}  // namespace hermes::runtime
