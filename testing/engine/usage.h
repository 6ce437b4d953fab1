#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace hermes::testing {

/// What the process holds.
struct Usage {
  static std::ptrdiff_t entries(const char* directory) {
    return std::distance(std::filesystem::directory_iterator(directory), {});
  }
  bool operator<=(const Usage& other) const {
    return descriptors <= other.descriptors && threads <= other.threads;
  }
  static Usage now() { return {entries("/proc/self/fd"), entries("/proc/self/task")}; }

  std::ptrdiff_t descriptors;
  std::ptrdiff_t threads;
};

/// Memory of the process.
inline std::size_t resident_pages() {
  std::size_t size = 0;
  std::size_t resident = 0;
  std::ifstream("/proc/self/statm") >> size >> resident;
  return resident;
}

}  // namespace hermes::testing
