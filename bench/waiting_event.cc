// How long 10,000 calls take that each wait for one second in a host function.
//
//   waiting_event waits.wasm [WORKERS [ROUNDS]]
//
// The first round warms the pool up and is not printed. Resident memory is the most there was.

#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/log_writer.h"
#include "bench/program.h"
#include "io/system_clock.h"
#include "runtime/engine.h"
#include "runtime/gate.h"
#include "wit/hermes/http_request.h"
#include "wit/hermes/init.h"

namespace hermes::bench {
namespace {

using namespace std::chrono_literals;
using wit::init::Init;

constexpr int kCalls = 10'000;
constexpr std::size_t kLimit = 12'000;
constexpr auto kWait = 1s;

/// Answers each `send` a second after it was called.
class Later final : public runtime::Extension, public wit::http_request::Api {
 public:
  using Answer = Expected<void, wit::http_request::ErrorCode>;

  Later(runtime::Events& events, runtime::Gate& gate) : events_(events), gate_(gate) {}

  std::string_view name() const override { return "bench"; }
  Result<> link(wasm::Linker& linker) override {
    return linker.provide<wit::http_request::Api>(*this);
  }

  void send(wit::http_request::CallContext&, wit::http_request::Payload,
            wasm::Reply<Answer> reply) override {
    const std::lock_guard lock(mutex_);
    waiting_.push_back({std::chrono::steady_clock::now() + kWait, std::move(reply)});
    changed_.notify_one();
  }

  /// One round: returns how long it took, or 0 s if a call failed.
  std::chrono::duration<double> measure(const runtime::AppId& app) {
    done_ = 0;
    failed_ = 0;
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < kCalls; ++i) post(app, i);
    gate_.wait([&] { return done_ == kCalls; });
    if (failed_ != 0) return 0s;
    return std::chrono::steady_clock::now() - begin;
  }

 private:
  struct Waiting {
    std::chrono::steady_clock::time_point due;
    wasm::Reply<Answer> reply;
  };

  void post(const runtime::AppId& app, int number) {
    const auto posted = events_.post(Init{}, {.app = app}, {"bench", std::to_string(number), true},
                                     {.on_reply =
                                          [this](const Result<bool>& reply) {
                                            if (!reply.has_value() || !*reply) ++failed_;
                                          },
                                      .on_done =
                                          [this](runtime::EventOutcome) {
                                            if (++done_ == kCalls) gate_.changed();
                                          }});
    if (posted) return;
    std::fprintf(stderr, "%s\n", posted.error().message().c_str());
    std::exit(1);
  }

  void answer(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [&] { return !waiting_.empty(); })) {
      auto first = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      std::this_thread::sleep_until(first.due);
      first.reply({});
      lock.lock();
    }
  }

  runtime::Events& events_;
  runtime::Gate& gate_;
  std::atomic<int> done_{0};
  std::atomic<int> failed_{0};
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Waiting> waiting_;
  std::jthread thread_{[this](const std::stop_token& stop) { answer(stop); }};
};

double most_resident_mebibytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return double(usage.ru_maxrss) / 1024;
}

Result<> run(const std::string& component, std::size_t workers, int rounds) {
  io::SystemClock clock;
  log::Writer log(clock, {.minimum = log::Level::Warn});
  runtime::Gate gate(clock);
  const auto home = std::filesystem::temp_directory_path() / "hermes-waiting-event";
  const auto engine = TRY(runtime::Engine::create({.workers = workers,
                                                   .calls = kLimit,
                                                   .call_limits = {.calls = kLimit},
                                                   .memory_limits = {.app = std::size_t{64} << 30},
                                                   .queue_limits = {.events_per_app = 2 * kLimit},
                                                   .home = home},
                                                  clock, log));
  std::vector<std::unique_ptr<runtime::Extension>> extensions;
  extensions.push_back(std::make_unique<Later>(engine->events(), gate));
  auto& later = static_cast<Later&>(*extensions.front());
  TRY(engine->start(std::move(extensions)));
  TRY(engine->start_app(
      {.id = "local:waits", .modules = {{"waits", component, "{}"}}, .limits = {.calls = kLimit}}));
  later.measure("local:waits");
  for (int round = 0; round < rounds; ++round) {
    const auto took = later.measure("local:waits");
    if (took == 0s) return Error(Code::GuestFailed, "some calls failed");
    std::printf("%d calls that wait for 1 s: %.3f s\n", kCalls, took.count());
  }
  std::printf("resident at most: %.0f MiB\n", most_resident_mebibytes());
  engine->stop();
  return {};
}

}  // namespace
}  // namespace hermes::bench

int main(int argc, char** argv) {
  using namespace hermes::bench;
  return program(
      argc, argv, "waiting_event COMPONENT [WORKERS [ROUNDS]]", [](const Arguments& arguments) {
        return run(arguments.component(), static_cast<std::size_t>(arguments.number(1, 2)),
                   arguments.number(2, 5));
      });
}
