#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/unique_function.h"

namespace hermes {

/// Threads for what waits for a disk. Tasks of one key run one after the other, in their order;
/// keys take turns, so that nobody waits behind all that another has to do. Thread-safe.
class TaskGroup {
 public:
  explicit TaskGroup(std::size_t threads);

  /// Runs all that is there, and what that adds.
  ~TaskGroup();

  /// A task may add others, and does not throw.
  void run(std::string_view key, UniqueFunction<void()> task);

 private:
  // The first of which runs, or waits for a thread.
  using Queue = std::deque<UniqueFunction<void()>>;

  void drive();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Queue, std::less<>> queues_;  // None is empty.
  std::deque<std::string> turns_;                     // Keys of which no task runs.
  bool is_ending_ = false;
  std::vector<std::jthread> threads_;  // Last, so that they begin with everything in place.
};

}  // namespace hermes
