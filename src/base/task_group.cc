#include "base/task_group.h"

#include <utility>

#include "base/thread_name.h"

namespace hermes {

TaskGroup::TaskGroup(std::size_t threads) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { drive(); });
}

TaskGroup::~TaskGroup() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  changed_.notify_all();
}

void TaskGroup::run(std::string_view key, UniqueFunction<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    auto found = queues_.find(key);
    if (found == queues_.end()) {
      found = queues_.emplace(std::string(key), Queue()).first;
      turns_.emplace_back(key);
    }
    found->second.push_back(std::move(task));
  }
  changed_.notify_one();
}

void TaskGroup::drive() {
  name_this_thread("tasks");
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return !turns_.empty() || (is_ending_ && queues_.empty()); });
    if (turns_.empty()) return;
    auto key = std::move(turns_.front());
    turns_.pop_front();
    auto& queue = queues_.find(key)->second;  // It stays where it is while it is not empty.
    {
      auto task = std::move(queue.front());
      lock.unlock();
      task();
    }  // Gone, with what it holds, before the next of its key begins.
    lock.lock();
    queue.pop_front();
    if (queue.empty()) {
      queues_.erase(key);
      if (is_ending_) changed_.notify_all();
    } else {
      turns_.push_back(std::move(key));
    }
  }
}

}  // namespace hermes
