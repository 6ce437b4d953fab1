#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace hermes::cli {

/// How one test or benchmark of a module went.
struct TestCase {
  std::string name;
  std::string failure = {};  // Why it failed; empty if it passed.
  std::chrono::nanoseconds took = {};
  std::vector<std::chrono::nanoseconds> runs = {};  // Of a benchmark, the fastest first.

  bool passed() const { return failure.empty(); }
};

/// All of a module. One that does not run has a single case, which failed.
struct TestSuite {
  std::string module;
  std::vector<TestCase> cases;
};

inline bool all_passed(const std::vector<TestSuite>& suites) {
  return std::ranges::all_of(suites, [](const TestSuite& suite) {
    return std::ranges::all_of(suite.cases, &TestCase::passed);
  });
}

enum class TestFormat : std::uint8_t { Text, Junit, Json };

struct TestOptions {
  TestFormat format = TestFormat::Text;
  bool bench = false;
};

}  // namespace hermes::cli
