// BLAKE3 of 1 MiB by a component's call of the host function, beside the native library call.
//
//   blake3_hash blake3.wasm [ROUNDS]
//
// The two take turns, 200 hashes at a time; the figures are medians.

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/log_writer.h"
#include "bench/program.h"
#include "extensions/hash/hash.h"
#include "io/system_clock.h"
#include "primitives/blake3.h"
#include "runtime/engine.h"
#include "wit/hermes/integration_test.h"

namespace hermes::bench {
namespace {

using wit::integration_test::Test;

constexpr std::uint32_t kHashes = 200;
constexpr auto kApp = "local:blake3";

// Of one hash, in microseconds.
template <typename F>
double each(F&& f) {
  const auto begin = std::chrono::steady_clock::now();
  f();
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin)
             .count() /
         kHashes;
}

void hash_natively() {
  static const std::vector<std::uint8_t> kData(std::size_t{1} << 20, 7);
  std::vector<std::uint8_t> hash(32);
  for (std::uint32_t i = 0; i < kHashes; ++i) {
    if (!primitives::blake3(kData, std::nullopt, hash)) std::abort();
  }
}

void hash_in_component(runtime::Events& events) {
  std::promise<void> done;
  bool right = false;
  const auto posted =
      events.post(Test{kHashes, true}, {.app = kApp}, {"bench", "hash"},
                  {.on_reply = [&](auto reply) { right = reply && *reply && (*reply)->status; },
                   .on_done = [&](runtime::EventOutcome) { done.set_value(); }});
  if (!posted) std::abort();
  done.get_future().wait();
  if (!right) std::abort();
}

Result<> run(const std::string& component, int rounds) {
  io::SystemClock clock;
  log::Writer log(clock, {.minimum = log::Level::Warn});
  const auto home = std::filesystem::temp_directory_path() / "hermes-blake3-hash";
  const auto engine = TRY(runtime::Engine::create({.workers = 1, .home = home}, clock, log));
  std::vector<std::unique_ptr<runtime::Extension>> extensions;
  extensions.push_back(hash::make());
  TRY(engine->start(std::move(extensions)));
  TRY(engine->start_app({.id = kApp, .modules = {{"blake3", component, "{}"}}}));
  std::vector<double> native;
  std::vector<double> host;
  for (int round = 0; round < rounds; ++round) {
    native.push_back(each(hash_natively));
    host.push_back(each([&] { hash_in_component(engine->events()); }));
  }
  std::printf("BLAKE3 of 1 MiB: %.0f us natively, %.0f us by a component: %.2f of the speed\n",
              median(native), median(host), median(native) / median(host));
  engine->stop();
  return {};
}

}  // namespace
}  // namespace hermes::bench

int main(int argc, char** argv) {
  using namespace hermes::bench;
  return program(argc, argv, "blake3_hash COMPONENT [ROUNDS]", [](const Arguments& arguments) {
    return run(arguments.component(), arguments.number(1, 9));
  });
}
