#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "base/guarded.h"
#include "base/result.h"
#include "cli/settings.h"
#include "cli/test_result.h"
#include "runtime/engine.h"

namespace hermes::cli {

/// How the modules under test end the engine: `done` of hermes:init. Thread-safe.
class TestEnd final : public runtime::Shutdown {
 public:
  void request(int code) override;

  /// Of the first request.
  std::optional<int> code() const;

 private:
  Guarded<std::optional<int>> code_;
};

/// Runs the tests of components in an engine that has started, each test as an app of its own that
/// starts before it and stops after it. Once a module has asked for the end of the engine, none is
/// run, and what is left has failed.
std::vector<TestSuite> run_tests(runtime::Engine& engine, const TestEnd& end, Clock& clock,
                                 const std::vector<std::filesystem::path>& components,
                                 const Settings& settings, const TestOptions& options);

}  // namespace hermes::cli
