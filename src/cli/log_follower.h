#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "base/recent_log.h"
#include "control/client.h"

namespace hermes::cli {

/// Sends an app's log to a client: {"line":"…"}, {"dropped":3} where it does not keep up, and at
/// the end {"end":true}.
class LogFollower final : public log::Follower {
 public:
  explicit LogFollower(control::Client client) : client_(std::move(client)) {}
  ~LogFollower() override;

  void take(std::string_view line) override;
  bool is_gone() const override { return client_.is_gone(); }

 private:
  control::Client client_;
  std::uint64_t dropped_ = 0;
};

}  // namespace hermes::cli
