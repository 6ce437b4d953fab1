#pragma once

#include <cstddef>
#include <limits>

struct hermes_budget;

namespace hermes::wasm {

/// Memory that many calls share: those of an app, or all. Calls take of it what their memories and
/// tables have. Whoever was given it keeps what it stands for. Thread-safe.
class MemoryBudget {
 public:
  /// In bytes.
  explicit MemoryBudget(std::size_t limit = std::numeric_limits<std::size_t>::max());
  MemoryBudget(const MemoryBudget&) = delete;
  ~MemoryBudget();

  std::size_t limit() const { return limit_; }
  /// What is taken, in bytes; some of it, each worker keeps at hand for its next calls.
  std::size_t taken() const;

  const hermes_budget* handle() const { return handle_; }

 private:
  const std::size_t limit_;
  hermes_budget* const handle_;
};

}  // namespace hermes::wasm
