// Order is proved, not assumed: random events of random sources whose calls wait, block, yield,
// trap, run out of time, raise further events and are withdrawn or cancelled, on several workers.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "base/guarded.h"
#include "base/strings.h"
#include "runtime/scheduler_fixture.h"

namespace hermes::runtime {
namespace {

using namespace std::chrono_literals;

constexpr int kApps = 3;
constexpr int kSources = 7;
constexpr int kModules = 2;
constexpr int kPosters = 3;
constexpr int kEventsPerPoster = 10'000;
constexpr int kMostPending = 2'000;
constexpr std::uint32_t kDeepest = 2;

// Wakes calls from a thread of its own, a little later.
class Waking {
 public:
  void later(std::shared_ptr<wasm::Waker> waker) {
    const std::lock_guard lock(mutex_);
    wakers_.push_back(std::move(waker));
    changed_.notify_one();
  }
  ~Waking() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_one();
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [&] { return ended_ || !wakers_.empty(); });
      if (wakers_.empty()) return;
      const auto waker = std::move(wakers_.front());
      wakers_.pop_front();
      lock.unlock();
      waker->wake();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<wasm::Waker>> wakers_;
  bool ended_ = false;
  std::jthread thread_{[this] { run(); }};
};

// What is known of one source of one app.
struct Lane {
  std::mutex mutex;  // Posting and counting are one step: the numbers are in the order of posts.
  int posted = 0;

  std::atomic<int> running{-1};  // The event that is being delivered.
  int last_done = -1;
};

struct EventState {
  std::atomic<int> replies{0};
  std::atomic<int> done{0};
  std::atomic<bool> withdrawn{false};
};

class OrderTest : public SchedulerFixture {
 protected:
  OrderTest() : SchedulerFixture(4) {
    for (int app = 0; app < kApps; ++app) {
      std::vector<ScriptedModule> modules;
      modules.reserve(kModules);
      for (int module = 0; module < kModules; ++module) {
        modules.push_back({std::to_string(module), [this](Poll& poll) { return run(poll); }});
      }
      apps.push_back(add_open(std::to_string(app), std::move(modules), {.wall = 50ms}));
    }
  }

  static std::uint64_t random() {
    thread_local std::mt19937_64 engine{std::hash<std::thread::id>()(std::this_thread::get_id())};
    return engine();
  }

  // Posts one event, which may later raise others; they end because their depth does.
  void post_one(std::uint32_t depth) {
    const auto app = random() % kApps;
    const auto source = random() % kSources;
    auto& lane = lanes[app][source];
    auto state = std::make_shared<EventState>();
    const std::lock_guard lock(lane.mutex);
    const int number = lane.posted;
    auto ticket = events().post(
        Ping{concat(app, " ", source, " ", number)}, {.app = std::to_string(app)},
        {"test", std::to_string(source)},
        {.on_reply =
             [this, &lane, state, number, depth](const Result<bool>& reply) {
               violations += lane.running != number || state->done != 0;
               ++state->replies;
               replies += reply.has_value();
               failures += !reply.has_value();
               if (depth < kDeepest && random() % 4 == 0) post_one(depth + 1);
             },
         .on_done =
             [this, &lane, state, number](EventOutcome outcome) {
               const bool delivered = outcome == EventOutcome::Delivered;
               violations += delivered ? state->replies != kModules : state->replies != 0;
               violations += delivered && state->withdrawn;
               violations += state->done++ != 0;
               violations += lane.last_done >= number;
               lane.last_done = number;
               lane.running = -1;
               ++done;
             }},
        {.depth = depth});
    if (!ticket) {
      ++refused;
      return;
    }
    ++lane.posted;
    ++accepted;
    if (random() % 8 == 0 && ticket->withdraw()) state->withdrawn = true;
  }

  Progress run(Poll& poll) {
    const auto place = split(poll.event.as<Ping>().text, ' ');
    auto& lane = lanes[std::stoul(std::string(place[0]))][std::stoul(std::string(place[1]))];
    const int number = std::stoi(std::string(place[2]));
    int nobody = -1;
    if (!lane.running.compare_exchange_strong(nobody, number)) violations += nobody != number;
    if (poll.count == 0) {
      const int now = ++calls;
      for (int most = most_calls; now > most && !most_calls.compare_exchange_weak(most, now);) {
      }
    }
    switch (poll.count > 6 ? 0 : random() % 16) {
      case 0:
        poll.reply = Error(Code::GuestFailed, "trap");
        break;
      case 1:
      case 2:
      case 3:
        waking.later(poll.waker);
        return Progress::Waiting;
      case 4:
        poll.waker->wake();
        return Progress::Waiting;
      case 5:
      case 6:
        return Progress::Yielded;
      case 7:
        if (random() % 200 == 0) return Progress::Waiting;  // For ever: until it is cancelled.
        break;
      case 8:
        if (random() % 100 == 0) {
          poll.block([] { std::this_thread::sleep_for(random() % 6'000 * 1us); });
        }
        break;
      default:
        break;
    }
    --calls;
    return Progress::Finished;
  }

  std::vector<std::shared_ptr<RunningApp>> apps;
  Lane lanes[kApps][kSources];
  std::atomic<int> accepted{0};
  std::atomic<int> refused{0};
  std::atomic<int> replies{0};
  std::atomic<int> failures{0};
  std::atomic<int> done{0};
  std::atomic<int> violations{0};
  std::atomic<int> calls{0};
  std::atomic<int> most_calls{0};
  Waking waking;
};

TEST_F(OrderTest, HoldsWhateverTheCallsDo) {
  start();
  {
    std::vector<std::jthread> posters;
    posters.reserve(kPosters);
    for (int poster = 0; poster < kPosters; ++poster) {
      posters.emplace_back([this, poster] {
        for (int i = 0; i < kEventsPerPoster; ++i) {
          while (accepted - done > kMostPending) std::this_thread::yield();
          post_one(0);
          if (poster == 0 && i == kEventsPerPoster / 2) scheduler.cancel(apps[0]);
        }
      });
    }
  }
  // An app may be raised an event by another, once for each step of depth, after it was idle.
  for (std::uint32_t depth = 0; depth <= kDeepest; ++depth) {
    for (const auto& app : apps) wait_until_idle(*app);
  }
  EXPECT_EQ(violations, 0);
  EXPECT_EQ(done, accepted);
  EXPECT_GT(replies, kEventsPerPoster);
  EXPECT_GT(failures, 0);
  EXPECT_GT(refused, 0);
  EXPECT_GT(most_calls, 1) << "sources run in parallel";
  EXPECT_EQ(scheduler.crew().lanes().size(), 0U);
}

}  // namespace
}  // namespace hermes::runtime
