#include "io/machine.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hermes::io {
namespace {

namespace fs = std::filesystem;

// Where the group is in the tree of groups: of the line "0::/user.slice", the rest.
std::string read_group(std::istream& of_process) {
  constexpr std::string_view kHead = "0::/";
  for (std::string line; std::getline(of_process, line);) {
    if (line.starts_with(kHead)) return line.substr(kHead.size());
  }
  return {};
}

}  // namespace

std::size_t memory_of_machine() {
  const auto memory = static_cast<std::size_t>(::sysconf(_SC_PHYS_PAGES)) *
                      static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  std::ifstream of_process("/proc/self/cgroup");
  return std::min(memory, memory_of_groups("/sys/fs/cgroup", of_process).value_or(memory));
}

// A group that may have all of its parent's says "max".
std::optional<std::size_t> memory_of_groups(const fs::path& root, std::istream& of_process) {
  std::optional<std::size_t> memory;
  for (auto group = root / read_group(of_process);; group = group.parent_path()) {
    std::size_t most = 0;
    if (std::ifstream(group / "memory.max") >> most) memory = std::min(memory.value_or(most), most);
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
