#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "base/unique_function.h"
#include "runtime/event.h"
#include "wit/hermes/integration_test.h"

namespace hermes::integration_test {

using wit::integration_test::TestResult;

enum class Kind : std::uint8_t { Test, Bench };

/// What an app is asked, which has one module. Without `run` a test only says its name.
struct Question {
  runtime::AppId app;
  Kind kind = Kind::Test;
  std::uint32_t number = 0;
  bool run = false;
};

/// `none` beyond the last test. An error: how the call failed, or that nothing is tested here.
using Answer = Result<std::optional<TestResult>>;

/// Asks. `on_answer` is called once, on a worker, or at once when the event is refused. `events` is
/// only used until this returns.
void ask(runtime::Events& events, const Question& question, UniqueFunction<void(Answer)> on_answer);

}  // namespace hermes::integration_test
