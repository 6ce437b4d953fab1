#include "io/machine.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>

namespace hermes::io {
namespace {

namespace fs = std::filesystem;

// Where the group of the process is in the tree of groups: of the line "0::/user.slice", the rest.
std::string group_of_process() {
  constexpr std::string_view kHead = "0::/";
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    if (line.starts_with(kHead)) return line.substr(kHead.size());
  }
  return {};
}

}  // namespace

std::size_t memory_of_machine() {
  auto memory = static_cast<std::size_t>(::sysconf(_SC_PHYS_PAGES)) *
                static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const fs::path root = "/sys/fs/cgroup";
  auto group = root / group_of_process();
  for (;; group = group.parent_path()) {
    std::size_t most = 0;
    if (std::ifstream(group / "memory.max") >> most) memory = std::min(memory, most);
    if (group == root || !group.has_relative_path()) return memory;
  }
}

std::size_t allow_most_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  const auto allowed = std::exchange(limit.rlim_cur, limit.rlim_max);
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_max : allowed;
}

std::size_t most_mappings() {
  std::size_t most = 65'530;  // The kernel's default.
  std::ifstream("/proc/sys/vm/max_map_count") >> most;
  return most;
}

}  // namespace hermes::io
