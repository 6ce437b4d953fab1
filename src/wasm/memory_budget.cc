#include "wasm/memory_budget.h"

#include "hermes_host.h"

namespace hermes::wasm {

MemoryBudget::MemoryBudget(std::size_t limit) : limit_(limit), handle_(hermes_budget_new(limit)) {}

MemoryBudget::~MemoryBudget() {
  hermes_budget_free(handle_);
}

std::size_t MemoryBudget::taken() const {
  return hermes_budget_taken(handle_);
}

}  // namespace hermes::wasm
