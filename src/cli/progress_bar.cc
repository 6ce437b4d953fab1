#include "cli/progress_bar.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "base/strings.h"

namespace hermes::cli {
namespace {

constexpr auto kPause = std::chrono::milliseconds(100);
constexpr std::uint64_t kWidth = 30;
constexpr auto kWipe = "\r\x1b[K";

}  // namespace

std::string progress_line(const std::string& what, std::uint64_t done, std::uint64_t total) {
  const auto part = [&](std::uint64_t of) {
    return total == 0
               ? of
               : static_cast<std::uint64_t>(static_cast<double>(std::min(done, total)) /
                                            static_cast<double>(total) * static_cast<double>(of));
  };
  const auto full = part(kWidth);
  return concat(what, "  [", std::string(full, '#'), std::string(kWidth - full, ' '), "]  ",
                part(100), " %  ", done >> 20U, " of ", total >> 20U, " MiB");
}

std::string progress_line(const std::string& what, std::uint64_t done) {
  return concat(what, "  ", done >> 20U, " MiB");
}

void ProgressBar::show(std::uint64_t done, std::uint64_t total) {
  if (is_due()) show(progress_line(what_, done, total));
}

void ProgressBar::show(std::uint64_t done) {
  if (is_due()) show(progress_line(what_, done));
}

bool ProgressBar::is_due() const {
  return Clock::now() >= next_ && ::isatty(STDERR_FILENO) != 0;
}

void ProgressBar::show(const std::string& line) {
  next_ = Clock::now() + kPause;
  is_shown_ = true;
  std::cerr << kWipe << line << std::flush;
}

ProgressBar::~ProgressBar() {
  if (is_shown_) std::cerr << kWipe << std::flush;
}

}  // namespace hermes::cli
