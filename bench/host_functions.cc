// What host functions cost in calls of a component.
//
//   host_functions once COMPONENT.wasm HOME [MANIFEST]   milliseconds of one `init`
//   host_functions cron CRONTAB.wasm                     the lag of cron, and of its functions
//
// `once` has cron, keys and SQLite, on one worker. The lag is from when an entry is due to when its
// handler runs, of 1,000 delays among 100,000 entries of 100 apps, while nothing else happens;
// beside it, how late the machine wakes a plain thread in between. And then of 1,000 that are due
// at once.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/log_writer.h"
#include "base/strings.h"
#include "extensions/cron/cron.h"
#include "extensions/kv_store/kv_store.h"
#include "extensions/sqlite/sqlite.h"
#include "io/system_clock.h"
#include "package/app_directory.h"
#include "runtime/engine.h"
#include "testing/engine/imports_of.h"
#include "testing/engine/posted.h"
#include "testing/extension_fixture.h"
#include "wit/hermes/cron.h"
#include "wit/hermes/init.h"
#include "wit/hermes/logging.h"

namespace hermes::bench {
namespace {

using namespace std::chrono_literals;
using Milliseconds = std::chrono::duration<double, std::milli>;
using Microseconds = std::chrono::duration<double, std::micro>;

constexpr std::size_t kMostBytes = std::size_t{1} << 20;  // Of a component.
constexpr int kEntries = 100'000;
constexpr std::size_t kFirings = 1'000;

template <typename T>
Result<T>::Value expect(Result<T> result) {
  if (!result.has_value()) throw std::runtime_error(result.error().message());
  return *std::move(result);
}

runtime::App app_of(const std::string& id, const std::string& component) {
  runtime::App app{.id = id, .name = id, .permissions = {"cron"}};
  app.modules.push_back({.id = "bench", .component = component, .config = "{}"});
  app.limits = {.cpu = 1h, .wall = 1h};
  return app;
}

void once(const std::string& component, const std::string& home, const std::string& manifest) {
  io::SystemClock clock;
  log::Writer log(clock, {.minimum = log::Level::Warn});
  const auto engine = expect(runtime::Engine::create(
      {.workers = 1, .call_limits = {.cpu = 1h, .wall = 1h}, .home = home}, clock, log));
  std::vector<std::unique_ptr<runtime::Extension>> extensions;
  extensions.push_back(cron::make(clock, engine->events()));
  extensions.push_back(kv_store::make(engine->events(), home));
  extensions.push_back(sqlite::make(home));
  expect(engine->start(std::move(extensions)));
  auto app = app_of("local:bench", expect(package::read_component(component, kMostBytes)));
  app.manifest = expect(json::Document::parse(manifest, "manifest"));
  expect(engine->start_app(std::move(app)));
  const auto begin = std::chrono::steady_clock::now();
  const auto heard = testing::post(engine->events(), wit::init::Init{}, {.app = "local:bench"},
                                   {"bench", "", true})
                         .get();
  const Milliseconds time = std::chrono::steady_clock::now() - begin;
  if (!expect(heard.replies.at(0))) throw std::runtime_error("init answers false");
  std::printf("%.1f\n", time.count());
  engine->stop();
}

/// Takes the text of an entry from its handler, and the time.
class Lags final : public runtime::Extension, public wit::logging::Api {
 public:
  explicit Lags(const Clock& clock) : clock_(clock) {}

  std::string_view name() const override { return "bench"; }
  Result<> link(wasm::Linker& linker) override { return linker.provide<Api>(*this); }

  Result<> log(wit::logging::CallContext&, wit::logging::Level, std::optional<std::string_view>,
               std::optional<std::string_view>, std::optional<std::uint32_t>,
               std::optional<std::uint32_t>, std::optional<std::string_view>, std::string_view when,
               std::optional<std::string_view>) override {
    const auto now = clock_.now().utc.time_since_epoch().count();
    const std::lock_guard lock(mutex_);
    lags_.push_back(static_cast<double>(now - std::stoll(std::string(when.substr(1)))) / 1e6);
    return {};
  }

  void clear() {
    const std::lock_guard lock(mutex_);
    lags_.clear();
  }
  std::vector<double> sorted() {
    const std::lock_guard lock(mutex_);
    auto lags = lags_;
    std::ranges::sort(lags);
    return lags;
  }

 private:
  const Clock& clock_;
  std::mutex mutex_;
  std::vector<double> lags_;  // In milliseconds.
};

std::string yearly(int number) {
  return concat(number % 60, " ", number / 60 % 24, " ", number % 28 + 1, " 1 *");
}

/// How late the machine wakes a thread that sleeps until each of many times, in milliseconds.
std::vector<double> lags_of_sleep(std::chrono::steady_clock::time_point begin,
                                  std::chrono::nanoseconds each, std::size_t times) {
  std::vector<double> lags;
  for (std::size_t i = 0; i < times; ++i) {
    const auto due = begin + i * each;
    std::this_thread::sleep_until(due);
    lags.push_back(Milliseconds(std::chrono::steady_clock::now() - due).count());
  }
  std::ranges::sort(lags);
  return lags;
}

void print_lags(std::string_view of, const std::vector<double>& sorted) {
  std::printf("%.*s: %.2f ms median, %.2f ms p99, %.2f ms at most\n", static_cast<int>(of.size()),
              of.data(), sorted[sorted.size() / 2], sorted[sorted.size() * 99 / 100],
              sorted.back());
}

// The lags of delays that are due from a second after now on, `each` after the one before.
std::vector<double> lags_of_delays(wit::cron::Api& cron, Lags& lags, int apps,
                                   std::chrono::nanoseconds each) {
  lags.clear();
  for (std::size_t i = 0; i < kFirings; ++i) {
    auto call = testing::call_of(
        {.id = concat("local:", i % static_cast<std::size_t>(apps)), .permissions = {"cron"}});
    const auto delay = std::chrono::nanoseconds(1s + i * each).count();
    expect(cron.delay(call, static_cast<std::uint64_t>(delay), std::to_string(i)));
  }
  while (lags.sorted().size() < kFirings) std::this_thread::sleep_for(100ms);
  return lags.sorted();
}

void cron_lag(const std::string& component, int apps) {
  io::SystemClock clock;
  log::Writer log(clock, {.minimum = log::Level::Warn});
  const auto home = std::filesystem::temp_directory_path() / "hermes-cron-lag";
  const auto engine = expect(runtime::Engine::create({.workers = 2, .home = home}, clock, log));
  auto extension = cron::make(clock, engine->events(), {.entries_per_app = 2 * kEntries});
  auto& cron = testing::imports_of<wit::cron::Api>(*extension);
  auto probe = std::make_unique<Lags>(clock);
  auto& lags = *probe;
  std::vector<std::unique_ptr<runtime::Extension>> extensions;
  extensions.push_back(std::move(extension));
  extensions.push_back(std::move(probe));
  expect(engine->start(std::move(extensions)));
  const auto bytes = expect(package::read_component(component, kMostBytes));
  for (int app = 0; app < apps; ++app) {
    const auto id = concat("local:", app);
    expect(engine->start_app(app_of(id, bytes)));
    auto call = testing::call_of({.id = id, .permissions = {"cron"}});
    for (int i = 0; i < kEntries / apps; ++i) {
      expect(cron.add(call, {yearly(i), std::to_string(i)}, true));
    }
  }
  std::printf("cron, %d entries of %d app%s:\n", kEntries, apps, apps == 1 ? "" : "s");
  constexpr auto kEach = 5ms;
  std::vector<double> sleep;
  std::jthread sleeper([&, begin = std::chrono::steady_clock::now() + 1s + kEach / 2] {
    sleep = lags_of_sleep(begin, kEach, kFirings);
  });
  const auto spread = lags_of_delays(cron, lags, apps, kEach);
  sleeper.join();
  print_lags("  lag of firings, 5 ms apart", spread);
  print_lags("  lag of a thread that sleeps", sleep);
  print_lags("  lag of 1,000 firings at once", lags_of_delays(cron, lags, apps, 0ms));
  engine->stop();
}

// In an app that has so many entries: what one more takes, and its removal.
void cron_functions(int entries) {
  constexpr int kTimes = 1'000;
  io::SystemClock clock;
  testing::PostedEvents events;
  const auto extension = cron::make(clock, events, {.entries_per_app = 200'000});
  auto& cron = testing::imports_of<wit::cron::Api>(*extension);
  auto call = testing::call_of({.id = "app", .permissions = {"cron"}});
  const auto entry = [](int i) { return wit::cron::CronTagged{yearly(i), std::to_string(i)}; };
  for (int i = 0; i < entries; ++i) expect(cron.add(call, entry(i), true));
  const auto each = [&](auto&& f) {
    std::vector<double> times;
    for (int i = 0; i < kTimes; ++i) {
      const auto one = entry(entries + i * 7'919 % kTimes);
      const auto begin = std::chrono::steady_clock::now();
      f(one);
      times.push_back(Microseconds(std::chrono::steady_clock::now() - begin).count());
    }
    std::ranges::sort(times);
    return times[kTimes / 2];
  };
  const auto add = each([&](const auto& e) { expect(cron.add(call, e, true)); });
  const auto rm = each([&](const auto& e) { expect(cron.rm(call, e)); });
  std::printf("cron, one app with %6d entries: add %.2f us, rm %.2f us\n", entries, add, rm);
}

int run(const std::vector<std::string>& arguments) {
  if (arguments.size() >= 3 && arguments[0] == "once") {
    once(arguments[1], arguments[2], arguments.size() > 3 ? arguments[3] : "{}");
    return 0;
  }
  if (arguments.size() == 2 && arguments[0] == "cron") {
    for (const int entries : {1'000, 100'000}) cron_functions(entries);
    for (const int apps : {100, 1}) cron_lag(arguments[1], apps);
    return 0;
  }
  std::fputs("usage: host_functions once COMPONENT HOME [MANIFEST] | cron CRONTAB.wasm\n", stderr);
  return 2;
}

}  // namespace
}  // namespace hermes::bench

int main(int argc, char** argv) {
  try {
    return hermes::bench::run({argv + 1, argv + argc});
  } catch (const std::exception& e) {
    std::fprintf(stderr, "host_functions: %s\n", e.what());
    return 1;
  }
}
