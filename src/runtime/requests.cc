#include "runtime/requests.h"

#include <tuple>
#include <utility>

namespace hermes::runtime {

int Requests::wait() {
  for (;;) {
    UniqueFunction<void()> task;
    gate_.wait([&] {
      if (code()) return true;
      return tasks_.with([&](auto& tasks) {
        if (tasks.empty()) return false;
        task = std::move(tasks.front());
        tasks.pop_front();
        return true;
      });
    });
    if (const auto code = this->code()) {
      std::ignore = tasks_.with([](auto& tasks) { return std::exchange(tasks, {}); });
      return *code;
    }
    task();
  }
}

void Requests::perform(UniqueFunction<void()> task) {
  tasks_.with([&](auto& tasks) { tasks.push_back(std::move(task)); });
  gate_.changed();
}

void Requests::stop(int code) {
  code_.with([&](auto& first) {
    if (!first) first = code;
  });
  gate_.changed();
}

void Requests::hurry() {
  in_a_hurry_ = true;
  gate_.changed();
}

std::optional<int> Requests::code() const {
  return code_.with([](const auto& code) { return code; });
}

}  // namespace hermes::runtime
