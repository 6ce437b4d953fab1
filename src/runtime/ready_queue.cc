#include "runtime/ready_queue.h"

#include <utility>

namespace hermes::runtime {

void ReadyQueue::push(std::unique_ptr<Delivery> delivery) {
  auto& line = delivery->app->line(worker_);
  if (line.empty()) turns_.push_back(delivery->app.get());
  line.push(std::move(delivery));
  ++size_;
}

void ReadyQueue::push_front(std::unique_ptr<Delivery> delivery) {
  auto* app = delivery->app.get();
  auto& line = app->line(worker_);
  if (!line.empty()) std::erase(turns_, app);
  turns_.push_front(app);
  line.push_front(std::move(delivery));
  ++size_;
}

std::unique_ptr<Delivery> ReadyQueue::pop() {
  if (turns_.empty()) return nullptr;
  auto* app = turns_.front();
  turns_.pop_front();
  auto& line = app->line(worker_);
  auto delivery = line.pop();
  if (!line.empty()) turns_.push_back(app);
  --size_;
  return delivery;
}

DeliveryQueue ReadyQueue::remove(RunningApp& app) {
  DeliveryQueue removed;
  auto& line = app.line(worker_);
  if (line.empty()) return removed;
  std::erase(turns_, &app);
  while (auto delivery = line.pop()) {
    removed.push(std::move(delivery));
    --size_;
  }
  return removed;
}

}  // namespace hermes::runtime
