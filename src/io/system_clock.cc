#include "io/system_clock.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <ctime>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>
#include <variant>

#include "base/check.h"
#include "base/thread_name.h"
#include "io/descriptor.h"

namespace hermes::io {
namespace {

struct Ring {
  explicit Ring(UniqueFunction<void()> f) : function(std::move(f)) {}

  UniqueFunction<void()> function;
  std::optional<Due> due = std::nullopt;
};

Now machine_now() {
  return {std::chrono::system_clock::now(), std::chrono::steady_clock::now()};
}

// The alarms of one clock, and the kernel's timer that is readable when the first is due, or the
// clock was set.
template <typename Time>
class Timer {
 public:
  Timer(clockid_t clock, int flags)
      : descriptor_(timerfd_create(clock, TFD_NONBLOCK | TFD_CLOEXEC)), flags_(flags) {
    HERMES_CHECK(descriptor_, "the machine has a timer for its clocks");
  }

  int descriptor() const { return descriptor_.get(); }

  void insert(Time due, const std::shared_ptr<Ring>& ring) {
    waiting_.emplace(due, ring);
    if (waiting_.begin()->second == ring) arm();
  }
  void erase(Time due, const std::shared_ptr<Ring>& ring) { waiting_.erase({due, ring}); }

  std::optional<Time> soonest() const {
    if (waiting_.empty()) return std::nullopt;
    return waiting_.begin()->first;
  }
  const std::shared_ptr<Ring>& first() const { return waiting_.begin()->second; }

  // Nothing happens where it is armed for that already: who wakes for an alarm, and sets the next,
  // meets the clock's thread here.
  void arm() {
    if (soonest() == armed_) return;
    armed_ = soonest();
    // A time of zero would disarm, and one before 1970 is refused.
    const auto due = soonest().value_or(Time()).time_since_epoch();
    const auto at = waiting_.empty() ? due : std::max(due, std::chrono::nanoseconds(1));
    const auto seconds = std::chrono::floor<std::chrono::seconds>(at);
    const itimerspec setting{
        .it_interval = {},
        .it_value = {.tv_sec = seconds.count(), .tv_nsec = (at - seconds).count()}};
    // Fails with ECANCELED if the clock is being set meanwhile, and then is armed all the same.
    timerfd_settime(descriptor(), TFD_TIMER_ABSTIME | flags_, &setting, nullptr);
  }

  // Whether it is to be armed anew: it has gone off, or the clock was set.
  bool drain() const {
    std::uint64_t expirations = 0;
    return read(descriptor(), &expirations, sizeof expirations) > 0 || errno == ECANCELED;
  }
  void forget_arming() { armed_.reset(); }

 private:
  const Descriptor descriptor_;
  const int flags_;
  std::set<std::pair<Time, std::shared_ptr<Ring>>> waiting_;
  std::optional<Time> armed_;
};

}  // namespace

class SystemClock::Timers {
 public:
  Timers() : thread_([this] { run(); }) {}
  ~Timers() {
    const std::uint64_t one = 1;
    HERMES_CHECK(::write(stop_.get(), &one, sizeof one) == sizeof one, "an eventfd takes a one");
    thread_.join();
  }

  void set(const std::shared_ptr<Ring>& ring, Due due) {
    std::lock_guard lock(mutex_);
    unset(ring);
    ring->due = due;
    if (const auto* utc = std::get_if<UtcTime>(&due)) {
      utc_.insert(*utc, ring);
    } else {
      monotonic_.insert(std::get<MonotonicTime>(due), ring);
    }
  }

  void remove(const std::shared_ptr<Ring>& ring) {
    std::unique_lock lock(mutex_);
    unset(ring);
    if (std::this_thread::get_id() == thread_.get_id()) return;
    rung_.wait(lock, [&] { return ringing_ != ring.get(); });
  }

 private:
  void unset(const std::shared_ptr<Ring>& ring) {
    if (!ring->due) return;
    if (const auto* utc = std::get_if<UtcTime>(&*ring->due)) {
      utc_.erase(*utc, ring);
    } else {
      monotonic_.erase(std::get<MonotonicTime>(*ring->due), ring);
    }
    ring->due.reset();
  }

  void run() {
    name_this_thread("alarms");
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    std::array<pollfd, 3> sources{{{utc_.descriptor(), POLLIN, 0},
                                   {monotonic_.descriptor(), POLLIN, 0},
                                   {stop_.get(), POLLIN, 0}}};
    while (poll(sources.data(), sources.size(), -1) < 0 || sources.back().revents == 0) {
      const bool utc_went = utc_.drain();
      const bool monotonic_went = monotonic_.drain();
      std::unique_lock lock(mutex_);
      if (utc_went) utc_.forget_arming();
      if (monotonic_went) monotonic_.forget_arming();
      ring_due(lock);
    }
  }

  void ring_due(std::unique_lock<std::mutex>& lock) {
    while (auto ring = take_due()) {
      ringing_ = ring.get();
      lock.unlock();
      ring->function();
      ring.reset();  // The last owner, if the alarm went in its own ring.
      lock.lock();
      ringing_ = nullptr;
      rung_.notify_all();
    }
    utc_.arm();
    monotonic_.arm();
  }

  // The alarm that has waited longest since its time, no longer set.
  std::shared_ptr<Ring> take_due() {
    const auto now = machine_now();
    const auto wait = [&](const auto& timer) {
      const auto soonest = timer.soonest();
      return soonest ? now.until(*soonest) : std::chrono::nanoseconds::max();
    };
    if (std::min(wait(utc_), wait(monotonic_)) > std::chrono::nanoseconds(0)) return nullptr;
    auto ring = wait(utc_) < wait(monotonic_) ? utc_.first() : monotonic_.first();
    unset(ring);
    return ring;
  }

  std::mutex mutex_;
  std::condition_variable rung_;
  Timer<UtcTime> utc_{CLOCK_REALTIME, TFD_TIMER_CANCEL_ON_SET};
  Timer<MonotonicTime> monotonic_{CLOCK_MONOTONIC, 0};
  const Ring* ringing_ = nullptr;
  const Descriptor stop_{eventfd(0, EFD_CLOEXEC)};
  std::thread thread_;  // Last, so that it begins with everything in place.
};

SystemClock::SystemClock() : timers_(std::make_unique<Timers>()) {}

SystemClock::~SystemClock() = default;

Now SystemClock::now() const {
  return machine_now();
}

std::unique_ptr<Alarm> SystemClock::alarm(UniqueFunction<void()> ring) {
  class SystemAlarm final : public Alarm {
   public:
    SystemAlarm(Timers& timers, UniqueFunction<void()> f)
        : timers_(timers), ring_(std::make_shared<Ring>(std::move(f))) {}
    SystemAlarm(const SystemAlarm&) = delete;
    ~SystemAlarm() override { timers_.remove(ring_); }

    void set(Due due) override { timers_.set(ring_, due); }

   private:
    Timers& timers_;
    const std::shared_ptr<Ring> ring_;
  };
  return std::make_unique<SystemAlarm>(*timers_, std::move(ring));
}

}  // namespace hermes::io
