#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace hermes::runtime {

class Worker;

/// The threads that drive workers. One that is done with its worker waits for the next: threads are
/// made when none waits, and kept. Thread-safe.
class Drivers {
 public:
  /// `most` threads at most.
  explicit Drivers(std::size_t most) : most_(most) {}
  Drivers(const Drivers&) = delete;
  ~Drivers() { stop(); }

  /// Whether there is a thread for a worker; it then waits for `drive`.
  bool reserve();

  /// Has the reserved thread drive the worker, which outlives the thread.
  void drive(Worker& worker);

  /// Returns when every worker's `drive` has, which the caller sees to.
  void stop();

 private:
  void run();
  Worker* next();

  const std::size_t most_;
  std::mutex mutex_;  // Of everything below, but for `threads_` once it has stopped.
  std::condition_variable changed_;
  std::deque<Worker*> workers_;  // That nobody drives yet.
  std::size_t reserved_ = 0;
  std::size_t idle_ = 0;  // Less those that are reserved.
  bool stopped_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace hermes::runtime
