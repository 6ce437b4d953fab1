// What blocking sections cost.
//
//   blocking_event section [ROUNDS]
//   blocking_event serve PORT HELLO BLOCKS.wasm CALLS [SECONDS]
//
// The first measures a section of 2 us beside the same work without one. The second serves the app
// in the directory HELLO, while at any time CALLS calls of another app block for 500 ms.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/log_writer.h"
#include "bench/program.h"
#include "extensions/http_gateway/http_gateway.h"
#include "io/system_clock.h"
#include "package/app_directory.h"
#include "runtime/engine.h"
#include "runtime/gate.h"
#include "runtime/scheduler.h"
#include "runtime/scripted_executor.h"
#include "wit/hermes/init.h"
#include "wit/hermes/kv_store.h"

namespace hermes::bench {
namespace {

using namespace std::chrono_literals;
using wit::init::Init;

using Microseconds = std::chrono::duration<double, std::micro>;

constexpr int kSections = 100'000;
constexpr std::size_t kMostBytes = std::size_t{1} << 20;  // Of a component.

// About 2 us of work that no clock interrupts.
[[gnu::noinline]] void work() {
  static volatile std::uint64_t number = 1;
  for (int i = 0; i < 1'000; ++i) number = number * 6364136223846793005U + 1;
}

template <typename F>
double each(F&& f) {
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < kSections; ++i) f();
  return Microseconds(std::chrono::steady_clock::now() - begin).count() / kSections;
}

// In one call, on a worker whose clock ticks; with and without take turns.
void measure_sections(int rounds) {
  io::SystemClock clock;
  log::Writer log(clock, {.minimum = log::Level::Warn});
  runtime::Gate gate(clock);
  runtime::Breaches breaches(clock, log);
  runtime::Scheduler scheduler(1, {}, {}, gate, log, breaches);
  runtime::ScriptedExecutor executor;
  std::vector<double> without;
  std::vector<double> with;
  std::vector<double> empty;
  auto generation = std::make_shared<runtime::Generation>();
  auto app = std::make_shared<runtime::App>(runtime::App{.id = "bench"});
  app->limits = {.cpu = 1h, .wall = 1h};
  generation->app = std::move(app);
  generation->modules.push_back({.id = "bench",
                                 .handlers = {std::string(Init::kHandler)},
                                 .programs = {executor.program([&](runtime::Poll& poll) {
                                   for (int round = 0; round < rounds; ++round) {
                                     without.push_back(each(work));
                                     with.push_back(each([&] { poll.block(work); }));
                                     empty.push_back(each([&] { poll.block([] {}); }));
                                   }
                                   return runtime::Progress::Finished;
                                 })}});
  const auto running = scheduler.add(std::move(generation));
  scheduler.open(*running);
  runtime::Executor* executors[] = {&executor};
  scheduler.crew().start(executors);
  runtime::Events& events = scheduler;
  if (!events.post(Init{}, {.app = "bench"}, {"bench", ""})) std::abort();
  running->watch();
  gate.wait([&] { return running->idle(); });
  std::printf("%.3f us without a section, %.3f us with one, %.3f us an empty one\n",
              median(without), median(with), median(empty));
}

/// Keeps so many calls blocked in `kv-set`.
class Blocking final : public runtime::Extension, public wit::kv_store::Api {
 public:
  using Maybe = std::optional<wit::kv_store::KvValues>;
  using Context = wit::kv_store::CallContext;

  explicit Blocking(runtime::Events& events) : events_(events) {}

  std::string_view name() const override { return "bench"; }
  Result<> link(wasm::Linker& linker) override { return linker.provide<wit::kv_store::Api>(*this); }
  void quiesce() override { stopping_ = true; }

  void begin(const runtime::AppId& app, int calls) {
    for (int source = 0; source < calls; ++source) post(app, std::to_string(source));
  }

  Result<> kv_set(Context&, std::string_view, Maybe) override {
    std::this_thread::sleep_for(500ms);
    return {};
  }
  Result<Maybe> kv_get_default(Context&, std::string_view, Maybe value) override { return value; }
  Result<Maybe> kv_get(Context&, std::string_view) override { return Maybe(); }
  Result<Maybe> kv_get_set(Context&, std::string_view, Maybe value) override { return value; }
  Result<Maybe> kv_add(Context&, std::string_view, Maybe value) override { return value; }
  Result<Maybe> kv_cas(Context&, std::string_view, Maybe test, Maybe) override { return test; }
  Result<Maybe> kv_subscribe(Context&, std::string_view) override { return Maybe(); }
  Result<Maybe> kv_unsubscribe(Context&, std::string_view) override { return Maybe(); }

 private:
  void post(const runtime::AppId& app, const std::string& source) {
    const auto posted = events_.post(Init{}, {.app = app}, {"bench", source},
                                     {.on_done = [this, app, source](runtime::EventOutcome) {
                                       if (!stopping_) post(app, source);
                                     }});
    if (!posted) std::fprintf(stderr, "%s\n", posted.error().message().c_str());
  }

  runtime::Events& events_;
  std::atomic<bool> stopping_{false};
};

struct Serving {
  std::uint16_t port;
  std::string hello;
  std::string blocks;
  int calls;
  std::chrono::seconds duration;
};

Result<> serve(const Serving& serving) {
  io::SystemClock clock;
  log::Writer log(clock, {.minimum = log::Level::Warn});
  const auto home = std::filesystem::temp_directory_path() / "hermes-blocking-event";
  const auto engine = TRY(runtime::Engine::create({.workers = 2, .home = home}, clock, log));
  std::vector<std::unique_ptr<runtime::Extension>> extensions;
  extensions.push_back(std::make_unique<Blocking>(engine->events()));
  auto& blocking = static_cast<Blocking&>(*extensions.front());
  extensions.push_back(http_gateway::make({.port = serving.port},
                                          {clock, engine->events(), log, engine->reactors()}));
  TRY(engine->start(std::move(extensions)));
  TRY(engine->start_app(TRY(package::read_app(serving.hello, {}, kMostBytes))));
  auto component = TRY(package::read_component(serving.blocks, kMostBytes));
  runtime::App blocks{.id = "local:blocks"};
  blocks.modules.push_back({.id = "blocks", .component = std::move(component), .config = "{}"});
  TRY(engine->start_app(std::move(blocks)));
  blocking.begin("local:blocks", serving.calls);
  std::this_thread::sleep_for(serving.duration);
  engine->stop();
  return {};
}

}  // namespace
}  // namespace hermes::bench

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (!arguments.empty() && arguments[0] == "section") {
    hermes::bench::measure_sections(arguments.size() > 1 ? std::stoi(arguments[1]) : 9);
    return 0;
  }
  if (arguments.size() < 5 || arguments[0] != "serve") {
    std::fputs(
        "usage: blocking_event section [ROUNDS]\n"
        "       blocking_event serve PORT HELLO BLOCKS.wasm CALLS [SECONDS]\n",
        stderr);
    return 2;
  }
  const auto served = hermes::bench::serve(
      {.port = static_cast<std::uint16_t>(std::stoi(arguments[1])),
       .hello = arguments[2],
       .blocks = arguments[3],
       .calls = std::stoi(arguments[4]),
       .duration = std::chrono::seconds(arguments.size() > 5 ? std::stoi(arguments[5]) : 10)});
  if (served) return 0;
  std::fprintf(stderr, "blocking_event: %s\n", served.error().message().c_str());
  return 1;
}
