#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace hermes::cli {

/// How far something is that takes long, on standard error, if that is a terminal: shown once it
/// takes longer than a moment, and wiped at the end.
class ProgressBar {
 public:
  explicit ProgressBar(std::string what) : what_(std::move(what)) {}
  ProgressBar(const ProgressBar&) = delete;
  ~ProgressBar();

  /// Of so many bytes, so many are done.
  void show(std::uint64_t done, std::uint64_t total);

  /// Of nobody knows how many, so many.
  void show(std::uint64_t done);

 private:
  using Clock = std::chrono::steady_clock;

  bool is_due() const;
  void show(const std::string& line);

  const std::string what_;
  Clock::time_point next_ = Clock::now() + std::chrono::milliseconds(200);
  bool is_shown_ = false;
};

/// One line of it: "packaging  [#####     ]  50 %  12 of 24 MiB".
std::string progress_line(const std::string& what, std::uint64_t done, std::uint64_t total);
std::string progress_line(const std::string& what, std::uint64_t done);  // "fetching  12 MiB"

}  // namespace hermes::cli
