#include "cli/dev.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <iostream>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/escape.h"
#include "base/json.h"
#include "base/strings.h"
#include "cli/child.h"
#include "control/connection.h"
#include "io/descriptor.h"
#include "io/tree_watch.h"
#include "package/app_directory.h"

namespace hermes::cli {
namespace {

using std::chrono::steady_clock;

constexpr int kQuiet = 50;  // Milliseconds without a change, until it is built.
constexpr int kRetry = 50;  // Milliseconds, while the engine does not listen yet.
constexpr int kForever = -1;
constexpr int kBuilderGrace = 2000;  // Milliseconds, for a build that is ended.

void tell(std::string_view text) {
  for (const auto line : split(text, '\n')) {
    std::cerr << "dev: " << escape_controls(line) << '\n' << std::flush;
  }
}

io::Descriptor receive_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&signals, signal);
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  return io::Descriptor(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
}

class Dev {
 public:
  Dev(const Invocation& invocation, io::TreeWatch watch)
      : invocation_(invocation),
        directory_(std::filesystem::absolute(invocation.paths.front())),
        signals_(receive_signals()),
        watch_(std::move(watch)) {}

  int run() {
    // What is saved during the first build is built before anything runs.
    bool is_built = false;
    do {
      is_changed_ = false;
      is_built = build();
    } while (is_changed_ && !is_ending_);
    if (is_built && !is_ending_) start();
    while (!is_ending_) {
      const auto ready = wait(kForever);
      if (ready.engine) engine_ended();
      if (ready.files) changed();
    }
    return stop();
  }

 private:
  struct Ready {
    bool files = false;
    bool engine = false;
    bool other = false;
  };

  // Until one of them has something to say, or the time is over. A signal ends all of it.
  Ready wait(int milliseconds, int other = -1) {
    std::array<pollfd, 4> all{{{signals_.get(), POLLIN, 0},
                               {watch_.descriptor(), POLLIN, 0},
                               {engine_ ? engine_->descriptor() : -1, POLLIN, 0},
                               {other, POLLIN, 0}}};
    // Whoever waits for a process hears of the rest later.
    if (other >= 0) all[1].fd = all[2].fd = -1;
    if (::poll(all.data(), all.size(), milliseconds) <= 0) return {};
    if (all[0].revents != 0) {
      signalfd_siginfo signal = {};
      if (::read(signals_.get(), &signal, sizeof signal) == sizeof signal) is_ending_ = true;
    }
    return {all[1].revents != 0, all[2].revents != 0, all[3].revents != 0};
  }

  // Whether there is something new to be run.
  bool build() {
    const auto manifest =
        package::read_manifest(directory_, invocation_.settings.engine.call_limits);
    if (!manifest) {
      tell(manifest.error().message());
      return false;
    }
    id_ = concat("local:", manifest->name);
    if (manifest->build.empty()) return true;
    tell(manifest->build);
    const auto begin = steady_clock::now();
    auto builder =
        Child::start({"/bin/sh", "-c", concat("exec </dev/null; ", manifest->build)}, directory_);
    if (!builder) {
      tell(builder.error().message());
      return false;
    }
    while (!is_ending_ && !wait(kForever, builder->descriptor()).other) {
    }
    if (is_ending_) {
      builder->signal(SIGTERM);
      // A further signal ends it at once.
      if (!wait(kBuilderGrace, builder->descriptor()).other) builder->signal(SIGKILL);
    }
    const int code = builder->wait();
    const auto took =
        std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - begin);
    tell(code == 0 ? concat("built in ", took.count(), " ms")
                   : concat("the build ended with exit code ", code,
                            engine_ ? ": the version before runs on" : ""));
    forget_outputs();
    return code == 0;
  }

  // What changes while it is built may be what is made, or what somebody saves. It is built once
  // more, and what then changes again is made.
  void forget_outputs() {
    auto changed = watch_.take();
    for (const auto& path : changed) {
      if (changed_by_build_.contains(path)) outputs_.insert(path);
    }
    for (const auto& path : outputs_) changed.erase(path);
    is_changed_ = !changed.empty();
    changed_by_build_ = std::move(changed);
  }

  void changed() {
    auto paths = watch_.take();
    if (paths.empty()) return;
    // Editors and tools write several files in a row.
    while (!is_ending_ && wait(kQuiet).files) paths.merge(watch_.take());
    // What is saved while nothing is built is no output, though it may have looked like one.
    for (const auto& path : paths) outputs_.erase(path);
    do {
      is_changed_ = false;
      if (is_ending_ || !build()) continue;
      engine_ ? reload() : start();
    } while (is_changed_ && !is_ending_);
  }

  void start() {
    auto arguments = invocation_.arguments;
    arguments[0] = "/proc/self/exe";
    arguments[1] = "run";
    auto engine = Child::start(arguments, std::filesystem::current_path());
    if (engine) {
      engine_ = *std::move(engine);
    } else {
      tell(engine.error().message());
    }
  }

  void engine_ended() {
    const int code = engine_->wait();
    engine_.reset();
    if (!is_ending_) {
      tell(concat("the engine ended with exit code ", code, ": it starts again after a change"));
    }
  }

  void reload() {
    auto connection = control::Connection::open(invocation_.settings.engine.home);
    while (!connection && !is_ending_) {
      if (wait(kRetry, engine_->descriptor()).other) {
        engine_ended();
        return start();
      }
      connection = control::Connection::open(invocation_.settings.engine.home);
    }
    if (is_ending_) return;
    const auto told = ask(*connection);
    tell(told ? *told : told.error().message());
  }

  Result<std::string> ask(control::Connection& connection) const {
    TRY(connection.send(concat(R"({"command":"reload","app":)", json_quote(id_), "}")));
    const auto line = connection.receive();
    if (!line) return Error(Code::Stopping, "the engine ended before it answered");
    const auto answer = TRY(json::Document::parse(*line, "the engine's answer"));
    if (const auto* error = answer.root().find("error")) {
      return concat(TRY(error->string()), "\nthe version before runs on");
    }
    const auto* app = TRY(answer.root().require("app"));
    return concat("generation ", TRY(app->require("generation"))->text(), " runs");
  }

  // Each further signal makes it end sooner.
  int stop() {
    while (engine_) {
      if (std::exchange(is_ending_, false)) engine_->signal(SIGTERM);
      if (wait(kForever, engine_->descriptor()).other) return engine_->wait();
    }
    return kClean;
  }

  const Invocation& invocation_;
  const std::filesystem::path directory_;
  const io::Descriptor signals_;
  io::TreeWatch watch_;
  std::string id_;
  std::set<std::string> outputs_;           // What builds make.
  std::set<std::string> changed_by_build_;  // During the last one, but for those.
  bool is_changed_ = false;                 // Since the last build began.
  bool is_ending_ = false;
  std::optional<Child> engine_;
};

}  // namespace

int dev(const Invocation& invocation) {
  auto watch = io::TreeWatch::open(invocation.paths.front());
  if (!watch) {
    tell(watch.error().message());
    return kFailed;
  }
  return Dev(invocation, *std::move(watch)).run();
}

}  // namespace hermes::cli
