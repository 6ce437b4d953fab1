// What a host function costs that does nothing, through the generated bindings.
//
//   crossing_event COMPONENT CALLS [ROUNDS]
//
// `done` takes a number; `blake2b` takes bytes and returns as many as are asked for, 65,536 for 0.
// rust/host/examples/crossing_floor.rs has the same functions without the bindings.

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <future>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/log_writer.h"
#include "bench/program.h"
#include "io/system_clock.h"
#include "runtime/engine.h"
#include "wit/hermes/hash.h"
#include "wit/hermes/init.h"

namespace hermes::bench {
namespace {

using namespace std::chrono_literals;
using wit::init::Init;

constexpr std::size_t kMany = 65'536;

class Hash final : public wit::hash::Api {
 public:
  using Bytes = std::span<const std::uint8_t>;
  using Answer = Expected<std::vector<std::uint8_t>, wit::hash::Errno>;
  using Out = Result<Answer>;
  using Context = wit::hash::CallContext;
  using Size = std::optional<std::uint8_t>;

  Out blake2s(Context&, Bytes, Size size) override { return out(size); }
  Out blake2b(Context&, Bytes, Size size) override { return out(size); }
  Out blake3(Context&, Bytes, Size size, std::optional<Bytes>) override { return out(size); }
  Out blake2smac(Context&, Bytes, Size size, Bytes, std::optional<Bytes>,
                 std::optional<Bytes>) override {
    return out(size);
  }
  Out blake2bmac(Context&, Bytes, Size size, Bytes, std::optional<Bytes>,
                 std::optional<Bytes>) override {
    return out(size);
  }

 private:
  static Answer out(Size size) {
    const std::size_t asked = size.value_or(0);
    return std::vector<std::uint8_t>(asked == 0 ? kMany : asked);
  }
};

class Provider final : public runtime::Extension, public wit::init::Api {
 public:
  std::string_view name() const override { return "bench"; }
  Result<> link(wasm::Linker& linker) override {
    TRY(linker.provide<wit::init::Api>(*this));
    return linker.provide<wit::hash::Api>(hash_);
  }
  Result<> done(wit::init::CallContext&, std::uint8_t) override { return {}; }

 private:
  Hash hash_;
};

/// Of all threads, of which one is busy.
std::chrono::nanoseconds cpu_time() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

Result<> run(const std::string& component, double calls, int rounds) {
  io::SystemClock clock;
  log::Writer log(clock, {.minimum = log::Level::Warn});
  const runtime::CallLimits limits{.cpu = 1h, .wall = 1h};
  const auto home = std::filesystem::temp_directory_path() / "hermes-crossing-event";
  const auto engine =
      TRY(runtime::Engine::create({.workers = 1, .call_limits = limits, .home = home}, clock, log));
  std::vector<std::unique_ptr<runtime::Extension>> extensions;
  extensions.push_back(std::make_unique<Provider>());
  TRY(engine->start(std::move(extensions)));
  TRY(engine->start_app(
      {.id = "local:bench", .modules = {{"crossing", component, "{}"}}, .limits = limits}));
  std::vector<double> each;
  for (int round = 0; round <= rounds; ++round) {
    std::promise<bool> ended;
    const auto begin = cpu_time();
    TRY(engine->events().post(
        Init{}, {.app = "local:bench"}, {"bench", ""},
        {.on_reply = [&](const Result<bool>& reply) { ended.set_value(reply.has_value()); }}));
    if (!ended.get_future().get()) return Error(Code::GuestFailed, "the call failed");
    const std::chrono::duration<double, std::nano> took = cpu_time() - begin;
    if (round != 0) each.push_back(took.count() / calls);
  }
  std::printf("%.1f ns each\n", median(std::move(each)));
  engine->stop();
  return {};
}

}  // namespace
}  // namespace hermes::bench

int main(int argc, char** argv) {
  using namespace hermes::bench;
  return program(
      argc, argv, "crossing_event COMPONENT CALLS [ROUNDS]",
      [](const Arguments& arguments) {
        return run(arguments.component(), arguments.number(1, 0), arguments.number(2, 5));
      },
      2);
}
