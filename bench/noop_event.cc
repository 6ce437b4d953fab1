// What an event costs that does nothing, all the way: posted, lane, worker, call, reply, done.
//
//   noop_event noop.wasm [WORKERS [SECONDS [WASI]]]
//
// With 1 for WASI, guests have arguments, environment and folders.
//
// Ten apps, a hundred sources each; what ends an event of a source posts the next one. The floor
// beside it is rust/host/examples/noop_floor.rs, which only instantiates and calls.

#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/log_writer.h"
#include "bench/program.h"
#include "extensions/wasi/wasi.h"
#include "io/system_clock.h"
#include "net/outbound.h"
#include "runtime/engine.h"
#include "wit/hermes/init.h"

namespace hermes::bench {
namespace {

using wit::init::Init;

constexpr int kApps = 10;
constexpr int kSourcesPerApp = 100;

/// Keeps one event on its way for each source.
class Chains final : public runtime::Extension {
 public:
  explicit Chains(runtime::Events& events) : events_(events) {}

  std::string_view name() const override { return "bench"; }
  Result<> link(wasm::Linker&) override { return {}; }
  void quiesce() override { stopping_.store(true); }

  void begin(const runtime::AppId& app) {
    for (int source = 0; source < kSourcesPerApp; ++source) {
      post(chains_.emplace_back(app, runtime::Source{"bench", std::to_string(source)}));
    }
  }

  std::uint64_t delivered() const { return delivered_.load(std::memory_order_relaxed); }
  std::uint64_t failed() const { return failed_.load(); }

 private:
  struct Chain {
    runtime::AppId app;
    runtime::Source source;
  };

  void post(const Chain& chain) {
    const auto posted = events_.post(Init{}, {.app = chain.app}, chain.source,
                                     {.on_reply =
                                          [this](const Result<bool>& reply) {
                                            if (!reply.has_value() || !*reply) failed_.fetch_add(1);
                                          },
                                      .on_done =
                                          [this, &chain](runtime::EventOutcome) {
                                            delivered_.fetch_add(1, std::memory_order_relaxed);
                                            if (!stopping_.load()) post(chain);
                                          }});
    if (!posted) failed_.fetch_add(1);
  }

  runtime::Events& events_;
  std::deque<Chain> chains_;
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> delivered_{0};
  std::atomic<std::uint64_t> failed_{0};
};

std::chrono::duration<double, std::micro> cpu_time() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto us = [](const timeval& t) { return double(t.tv_sec) * 1e6 + double(t.tv_usec); };
  return std::chrono::duration<double, std::micro>(us(usage.ru_utime) + us(usage.ru_stime));
}

Result<> run(const std::string& component, std::size_t workers, std::chrono::seconds duration,
             bool with_wasi) {
  io::SystemClock clock;
  log::Writer log(clock, {.minimum = log::Level::Warn});
  const auto home = std::filesystem::temp_directory_path() / "hermes-noop-event";
  const auto engine = TRY(runtime::Engine::create({.workers = workers, .home = home}, clock, log));

  std::vector<std::unique_ptr<runtime::Extension>> extensions;
  extensions.push_back(std::make_unique<Chains>(engine->events()));
  auto& chains = static_cast<Chains&>(*extensions.front());
  const auto outbound = TRY(net::Outbound::open({}, engine->reactors()));
  if (with_wasi) extensions.push_back(wasi::make(outbound, log, home));
  TRY(engine->start(std::move(extensions)));
  const auto manifest = TRY(json::Document::parse(
      R"({"wasi": {"arguments": ["--fast"], "environment": {"LANG": "C", "TZ": "UTC"}}})",
      "app.json"));
  for (int app = 0; app < kApps; ++app) {
    const auto id = "local:" + std::to_string(app);
    TRY(engine->start_app(
        {.id = id, .modules = {{"noop", component, "{}"}}, .manifest = manifest}));
    chains.begin(id);
  }

  std::this_thread::sleep_for(std::chrono::seconds(1));  // The pool is warm then.
  const auto begin = std::chrono::steady_clock::now();
  const auto cpu_begin = cpu_time();
  const auto first = chains.delivered();
  std::this_thread::sleep_for(duration);
  const auto events = double(chains.delivered() - first);
  const auto cpu = cpu_time() - cpu_begin;
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  std::printf("%.0f events/s, %.2f us CPU each\n", events / wall.count(), cpu.count() / events);
  if (chains.failed() != 0) return Error(Code::GuestFailed, "some events failed");
  engine->stop();
  return {};
}

}  // namespace
}  // namespace hermes::bench

int main(int argc, char** argv) {
  using namespace hermes::bench;
  return program(argc, argv, "noop_event COMPONENT [WORKERS [SECONDS [WASI]]]",
                 [](const Arguments& arguments) {
                   return run(
                       arguments.component(), static_cast<std::size_t>(arguments.number(1, 1)),
                       std::chrono::seconds(arguments.number(2, 5)), arguments.number(3, 0) != 0);
                 });
}
