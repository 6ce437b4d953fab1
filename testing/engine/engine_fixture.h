#pragma once

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "io/system_clock.h"
#include "runtime/engine.h"
#include "testing/engine/awaited_log.h"
#include "testing/engine/guests.h"
#include "testing/engine/home.h"
#include "testing/engine/posted.h"
#include "testing/engine/within.h"

namespace hermes::testing {

/// An engine with the extensions that the test names, which posts events as an extension does.
class EngineFixture : public ::testing::Test {
 protected:
  using Extensions = std::vector<std::unique_ptr<runtime::Extension>>;

  /// Before what the test lent to the engine is gone.
  void TearDown() override { engine.reset(); }

  /// Makes `engine`, by `config`.
  void create() { engine = expect(runtime::Engine::create(config, clock, log)); }

  template <typename... Extension>
  void start(std::unique_ptr<Extension>... extension) {
    if (!engine) create();
    Extensions extensions;
    (extensions.push_back(std::move(extension)), ...);
    expect(engine->start(std::move(extensions)));
  }

  void start_app(runtime::App app) { expect(engine->start_app(std::move(app))); }

  /// Posts an event to every module of the app; without a key, as one that needs no order.
  template <typename Arguments>
  std::future<Heard<Arguments>> post(std::string_view app, Arguments arguments,
                                     std::string_view key = {}) {
    return testing::post(engine->events(), std::move(arguments), {.app = concat("local:", app)},
                         {"test", std::string(key), key.empty()});
  }

  /// What the app's one module answers.
  template <typename Arguments>
  Result<typename Arguments::Reply> ask(std::string_view app, Arguments arguments) {
    auto heard = within_patience(post(app, std::move(arguments)));
    if (heard.replies.size() != 1) throw std::runtime_error("not one module answers");
    return std::move(heard.replies.front());
  }

  template <typename T>
  static Result<T>::Value expect(Result<T> result) {
    if (!result.has_value()) throw std::runtime_error(result.error().message());
    return *std::move(result);
  }

  io::SystemClock clock;
  AwaitedLog log;
  runtime::EngineConfig config{
      .workers = 2, .calls = 256, .wasm = engine_options(), .home = shared_home()};
  std::unique_ptr<runtime::Engine> engine;
};

}  // namespace hermes::testing
