#include "testing/program/children.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/strings.h"
#include "testing/engine/within.h"

namespace hermes::testing {

std::vector<pid_t> children_of(pid_t pid) {
  std::vector<pid_t> children;
  std::error_code gone;
  const auto tasks = std::filesystem::directory_iterator(concat("/proc/", pid, "/task"), gone);
  for (const auto& task : tasks) {
    std::ifstream file(task.path() / "children");
    for (pid_t child = 0; file >> child;) children.push_back(child);
  }
  return children;
}

pid_t child_of(pid_t pid) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < end) {
    const auto children = children_of(pid);
    if (!children.empty()) return children.front();
    std::this_thread::yield();
  }
  ADD_FAILURE() << "process " << pid << " starts no other";
  return -1;
}

bool wait_for_end(pid_t pid) {
  const int handle = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  if (handle < 0) return true;  // It has ended.
  pollfd source{handle, POLLIN, 0};
  const auto patience = std::chrono::milliseconds(kPatience);
  const bool ended = ::poll(&source, 1, static_cast<int>(patience.count())) == 1;
  ::close(handle);
  return ended;
}

}  // namespace hermes::testing
