#pragma once

#include <cstddef>

namespace hermes::io {

/// Bytes of memory that this process can have: of the machine, or of the control groups (v2) that
/// it is in, if they allow less.
std::size_t memory_of_machine();

/// Lets this process have as many files open as the machine allows it, not only as many as a
/// program starts with that might use `select`; returns how many.
std::size_t allow_most_files();

/// Into how many mappings its memory may be divided (vm.max_map_count).
std::size_t most_mappings();

}  // namespace hermes::io
