#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

namespace hermes::testing {

/// Memory of the process.
inline std::size_t resident_pages() {
  std::size_t size = 0;
  std::size_t resident = 0;
  std::ifstream("/proc/self/statm") >> size >> resident;
  return resident;
}

/// What the process holds.
struct Usage {
  static std::ptrdiff_t entries(const char* directory) {
    return std::distance(std::filesystem::directory_iterator(directory), {});
  }
  bool operator<=(const Usage& other) const {
    return descriptors <= other.descriptors && threads <= other.threads;
  }
  static Usage now() {
    return {entries("/proc/self/fd"), entries("/proc/self/task"), resident_pages()};
  }

  std::ptrdiff_t descriptors;
  std::ptrdiff_t threads;
  std::size_t pages;
};

/// Threads for @blocking functions, which an app may have and the engine keeps.
inline constexpr std::ptrdiff_t kSpareThreads = 16;

/// That there is no more memory than before, but for the 16 MiB that allocators and the test's log
/// keep.
inline void expect_no_more_memory(const Usage& before, std::string_view of = {}) {
#ifndef HERMES_SANITIZED  // Which keeps what was freed, to find who uses it.
  constexpr std::size_t kMostPages = 4'000;
  EXPECT_LE(resident_pages(), before.pages + kMostPages) << of;
#else
  static_cast<void>(before), static_cast<void>(of);
#endif
}

/// That nothing is left of what has happened since.
inline void expect_nothing_left(const Usage& before, std::string_view of = {}) {
  const auto after = Usage::now();
  EXPECT_LE(after.descriptors, before.descriptors) << of;
  EXPECT_LE(after.threads, before.threads + kSpareThreads) << of;
  expect_no_more_memory(before, of);
}

/// Enough to notice what each call leaves.
#ifdef HERMES_SANITIZED
inline constexpr int kManyCalls = 1'000;
#else
inline constexpr int kManyCalls = 10'000;
#endif

}  // namespace hermes::testing
