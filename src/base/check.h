#pragma once

#include <cstdio>
#include <cstdlib>

namespace hermes {

/// Ends the process, which is in a state that its authors held to be impossible.
[[noreturn]] inline void check_failed(const char* file, int line, const char* condition,
                                      const char* why) {
  std::fprintf(stderr, "%s:%d: %s: %s\n", file, line, condition, why);
  std::abort();
}

}  // namespace hermes

/// For bugs, in every build: HERMES_CHECK(!jobs.empty(), "a firing has a job"). What can go wrong
/// without a bug is a Result.
#define HERMES_CHECK(condition, why) \
  ((condition) ? void() : ::hermes::check_failed(__FILE__, __LINE__, #condition, why))
