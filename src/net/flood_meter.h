#pragma once

#include <algorithm>
#include <chrono>

namespace hermes::net {

/// Allows `burst` things at once, and `per_second` of them in the long run.
class FloodMeter {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  FloodMeter(double burst, double per_second)
      : burst_(burst), per_second_(per_second), left_(burst) {}

  /// Whether one more is allowed.
  bool take(Instant now) {
    if (last_ != Instant()) {
      const std::chrono::duration<double> passed = now - last_;
      left_ = std::min(burst_, left_ + passed.count() * per_second_);
    }
    last_ = now;
    if (left_ < 1) return false;
    left_ -= 1;
    return true;
  }

 private:
  double burst_;
  double per_second_;
  double left_;
  Instant last_ = {};
};

}  // namespace hermes::net
