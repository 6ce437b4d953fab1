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

void ProgressBar::show(std::uint64_t done, std::uint64_t total) {
  const auto now = Clock::now();
  if (now < next_ || ::isatty(STDERR_FILENO) == 0) return;
  next_ = now + kPause;
  is_shown_ = true;
  std::cerr << kWipe << progress_line(what_, done, total) << std::flush;
}

ProgressBar::~ProgressBar() {
  if (is_shown_) std::cerr << kWipe << std::flush;
}

}  // namespace hermes::cli
