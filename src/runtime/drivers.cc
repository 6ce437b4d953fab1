#include "runtime/drivers.h"

#include <system_error>

#include "base/thread_name.h"
#include "runtime/worker.h"

namespace hermes::runtime {

bool Drivers::reserve() {
  const std::lock_guard lock(mutex_);
  if (stopped_) return false;
  if (idle_ != 0) {
    --idle_;
  } else if (threads_.size() == most_) {
    return false;
  } else {
    try {
      threads_.emplace_back([this] { run(); });
    } catch (const std::system_error&) {
      return false;
    }
  }
  ++reserved_;
  return true;
}

void Drivers::drive(Worker& worker) {
  const std::lock_guard lock(mutex_);
  workers_.push_back(&worker);
  changed_.notify_one();
}

void Drivers::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }
  threads_.clear();
}

void Drivers::run() {
  name_this_thread("worker");
  while (auto* worker = next()) {
    worker->drive();
    const std::lock_guard lock(mutex_);
    ++idle_;
  }
}

// Whoever is reserved still gets its worker after `stop`.
Worker* Drivers::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !workers_.empty() || (stopped_ && reserved_ == 0); });
  if (workers_.empty()) return nullptr;
  auto* worker = workers_.front();
  workers_.pop_front();
  if (--reserved_ == 0 && stopped_) changed_.notify_all();
  return worker;
}

}  // namespace hermes::runtime
