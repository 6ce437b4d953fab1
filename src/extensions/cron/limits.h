#pragma once

#include <cstddef>

namespace hermes::cron {

struct Limits {
  std::size_t entries_per_app = 1'000;
  std::size_t bytes_per_entry = 1'024;  // Of schedule and tag together.
};

}  // namespace hermes::cron
