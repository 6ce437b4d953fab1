#pragma once

#include <cstddef>
#include <deque>
#include <memory>

#include "runtime/delivery.h"
#include "runtime/running_app.h"

namespace hermes::runtime {

/// The deliveries whose turn has come, of one worker. Apps take turns, however many each has; those
/// of one app come out as they went in. Not thread-safe.
class ReadyQueue {
 public:
  /// `worker` is the number of the worker that it belongs to.
  explicit ReadyQueue(std::size_t worker) : worker_(worker) {}

  std::size_t size() const { return size_; }
  void push(std::unique_ptr<Delivery> delivery);

  /// It is the next to come out, as if it had never been popped.
  void push_front(std::unique_ptr<Delivery> delivery);

  /// Null if there is none.
  std::unique_ptr<Delivery> pop();

  /// All those of the app.
  DeliveryQueue remove(RunningApp& app);

 private:
  const std::size_t worker_;
  std::size_t size_ = 0;
  std::deque<RunningApp*> turns_;  // Each app that has a delivery here, once.
};

}  // namespace hermes::runtime
