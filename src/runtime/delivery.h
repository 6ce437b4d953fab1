#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "runtime/event.h"
#include "runtime/fifo.h"
#include "runtime/generation.h"
#include "runtime/queue_usage.h"

namespace hermes::runtime {

class RunningApp;

struct Lane;

/// An event that was accepted, until it is done. One owner at a time: what holds the app's events
/// while it starts, then its lane, then a worker's run queue, then, once it has begun, its calls
/// on that worker.
struct Delivery {
  Delivery(std::shared_ptr<RunningApp> to, Event&& accepted);
  Delivery(const Delivery&) = delete;

  // Counts it for the app until everything below is gone, callbacks included.
  class Pending {
   public:
    explicit Pending(RunningApp& app) : app_(app) {}
    Pending(const Pending&) = delete;
    ~Pending();

   private:
    RunningApp& app_;
  };

  const std::shared_ptr<RunningApp> app;
  const Pending pending;
  Event event;
  QueueShare share;  // Of one that keeps an order; given back when it begins, or its turn comes.
  const Lane* lane = nullptr;  // Null until it enters one, and for a unique source.

  // Set when its turn comes.
  std::shared_ptr<const Generation> generation;
  std::size_t calls_left = 0;

  std::unique_ptr<Delivery> next;  // In the queue that holds it.
};

using DeliveryQueue = Fifo<std::unique_ptr<Delivery>>;

}  // namespace hermes::runtime
