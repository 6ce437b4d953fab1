// What a million lanes leave behind: a million sources post an event each, all of which wait, then
// all are delivered; and then the same with a million other sources.
//
//   lanes [SOURCES]
//
// Fails where a lane is left, or where the second round needs 5 MiB more than the first.

#include <sys/resource.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "base/log_writer.h"
#include "io/system_clock.h"
#include "runtime/gate.h"
#include "runtime/scheduler.h"
#include "runtime/scripted_executor.h"
#include "wit/hermes/init.h"

namespace hermes::bench {
namespace {

using wit::init::Init;

constexpr std::size_t kWorkers = 2;
constexpr long kMostMore = 5 * 1024;  // KiB

long peak_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

class Lanes {
 public:
  explicit Lanes(std::size_t sources)
      : sources_(sources),
        scheduler_(kWorkers,
                   {.events_per_app = 2 * sources,
                    .bytes_per_app = std::size_t{1} << 39,
                    .events = 2 * sources,
                    .bytes = std::size_t{1} << 39},
                   {}, gate_, log_, breaches_) {
    auto generation = std::make_shared<runtime::Generation>();
    generation->app = std::make_shared<const runtime::App>(runtime::App{.id = "app"});
    runtime::Module module{.id = "one", .handlers = {std::string(Init::kHandler)}, .programs = {}};
    for (auto& machine : machines_) {
      module.programs.push_back(machine.program([this](runtime::Poll&) {
        is_open_.wait(false);
        return runtime::Progress::Finished;
      }));
    }
    generation->modules.push_back(std::move(module));
    app_ = scheduler_.add(std::move(generation));
    scheduler_.open(*app_);
    runtime::Executor* machines[] = {&machines_[0], &machines_[1]};
    scheduler_.crew().start(machines);
    app_->watch();
  }
  Lanes(const Lanes&) = delete;
  ~Lanes() { scheduler_.crew().stop(); }

  /// Returns whether it went well.
  bool run(int round) {
    is_open_ = false;
    for (std::size_t i = 0; i < sources_; ++i) {
      runtime::Events& events = scheduler_;
      const auto name = std::to_string(round) + " " + std::to_string(i);
      if (!events.post(Init{}, {.app = "app"}, {"bench", name})) return false;
    }
    const auto most = scheduler_.crew().lanes().size();
    is_open_ = true;
    is_open_.notify_all();
    gate_.wait([&] { return app_->idle(); });
    const auto left = scheduler_.crew().lanes().size();
    std::printf("round %d: %zu lanes, %zu left, peak %ld MiB\n", round, most, left,
                peak_kib() / 1024);
    return most == sources_ && left == 0;
  }

 private:
  const std::size_t sources_;
  io::SystemClock clock_;
  log::Writer log_{clock_, {}};
  runtime::Gate gate_{clock_};
  runtime::Breaches breaches_{clock_, log_};
  std::atomic<bool> is_open_{true};
  std::array<runtime::ScriptedExecutor, kWorkers> machines_;
  runtime::Scheduler scheduler_;
  std::shared_ptr<runtime::RunningApp> app_;
};

}  // namespace
}  // namespace hermes::bench

int main(int argc, char** argv) {
  const auto sources = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1'000'000;
  hermes::bench::Lanes lanes(sources);
  if (!lanes.run(1)) return 1;
  const auto peak = hermes::bench::peak_kib();
  if (!lanes.run(2)) return 1;
  const auto more = hermes::bench::peak_kib() - peak;
  std::printf("the second round took %ld KiB more\n", more);
  return more <= hermes::bench::kMostMore ? 0 : 1;
}
