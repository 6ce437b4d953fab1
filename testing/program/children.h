#pragma once

#include <sys/types.h>

#include <vector>

namespace hermes::testing {

/// The processes that a process has started and that run.
std::vector<pid_t> children_of(pid_t pid);

/// The first child that there is; waits for it. Fails the test if none comes.
pid_t child_of(pid_t pid);

/// Waits for the end of any process; false if it does not come.
bool wait_for_end(pid_t pid);

}  // namespace hermes::testing
