#pragma once

#include <cstddef>
#include <filesystem>
#include <iosfwd>
#include <optional>

namespace hermes::io {

/// Bytes of memory that this process can have: of the machine, or of the control groups (v2) that
/// it is in, if they allow less.
std::size_t memory_of_machine();

/// Bytes that the control groups allow, below `root`, of which `of_process` names one in the form
/// of /proc/self/cgroup: that one and those around it. Nothing where none says so.
std::optional<std::size_t> memory_of_groups(const std::filesystem::path& root,
                                            std::istream& of_process);

/// Lets this process have as many files open as the machine allows it, not only as many as a
/// program starts with that might use `select`; returns how many.
std::size_t allow_most_files();

/// Into how many mappings its memory may be divided (vm.max_map_count).
std::size_t most_mappings();

}  // namespace hermes::io
