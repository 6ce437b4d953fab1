#include "cli/signals.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <utility>

#include "base/check.h"
#include "base/thread_name.h"

namespace hermes::cli {
namespace {

sigset_t handled() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGHUP);
  return set;
}

int open_signals() {
  const auto set = handled();
  return signalfd(-1, &set, SFD_CLOEXEC);
}

bool has_terminal() {
  return static_cast<bool>(io::Descriptor(::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)));
}

}  // namespace

void block_signals() {
  const auto set = handled();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

Signals::Signals(UniqueFunction<void()> first, UniqueFunction<void()> further,
                 UniqueFunction<void()> reload)
    : signals_(open_signals()),
      stop_(eventfd(0, EFD_CLOEXEC)),
      first_(std::move(first)),
      further_(std::move(further)),
      reload_(std::move(reload)),
      has_terminal_(has_terminal()),
      thread_([this] { run(); }) {
  HERMES_CHECK(signals_ && stop_, "a process can have two descriptors");
}

Signals::~Signals() {
  const std::uint64_t one = 1;
  HERMES_CHECK(write(stop_.get(), &one, sizeof one) == sizeof one, "an eventfd takes a one");
  thread_.join();
}

void Signals::run() {
  name_this_thread("signals");
  std::array<pollfd, 2> sources{{{signals_.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}}};
  while (poll(sources.data(), sources.size(), -1) < 0 || sources[1].revents == 0) {
    signalfd_siginfo info;
    if (sources[0].revents == 0 || read(signals_.get(), &info, sizeof info) != sizeof info)
      continue;
    if (info.ssi_signo == SIGHUP && has_terminal_ == has_terminal()) {
      reload_();
      continue;
    }
    auto& reaction = received_.exchange(true) ? further_ : first_;
    reaction();
  }
}

}  // namespace hermes::cli
