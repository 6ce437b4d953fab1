#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/strings.h"
#include "testing/engine/within.h"

namespace hermes::testing {

/// A log in which a test can wait for a message. Thread-safe.
class AwaitedLog final : public log::Log {
 public:
  struct Line {
    log::Level level;
    std::string component;
    std::string app;
    std::string module;
    std::string message;
    std::optional<std::uint64_t> execution = std::nullopt;

    bool operator==(const Line&) const = default;
  };

  void write(const log::Record& record) override {
    const std::lock_guard lock(mutex_);
    lines_.push_back({record.level, std::string(record.component), std::string(record.app),
                      std::string(record.module), std::string(record.message), record.execution});
    changed_.notify_all();
  }

  /// Everything so far.
  std::vector<Line> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

  /// For so many of it.
  void wait_for(std::string_view message, std::ptrdiff_t times = 1) const {
    wait_until(message, times, [&](const Line& line) { return line.message == message; });
  }

  /// For a message that holds the text.
  void wait_for_text(std::string_view text) const {
    wait_until(text, 1, [&](const Line& line) { return line.message.find(text) != text.npos; });
  }

 private:
  void wait_until(std::string_view text, std::ptrdiff_t times, auto is_it) const {
    std::unique_lock lock(mutex_);
    const auto is_there = [&] { return std::ranges::count_if(lines_, is_it) >= times; };
    if (!changed_.wait_for(lock, kPatience, is_there)) {
      throw std::runtime_error(concat("nobody logs '", text, "'"));
    }
  }

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<Line> lines_;
};

}  // namespace hermes::testing
