#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/guarded.h"

namespace hermes::log {

/// Who reads an app's log as it is written.
class Follower {
 public:
  virtual ~Follower() = default;

  /// A line without its end. Neither waits nor logs.
  virtual void take(std::string_view line) = 0;

  /// It is let go then.
  virtual bool is_gone() const = 0;
};

/// The latest lines of each app's log, 64 KiB of them, and who follows it. Thread-safe.
class RecentLog {
 public:
  /// `line` may hold several, each with its end.
  void add(std::string_view app, std::string_view line);

  /// The `most` latest lines of an app go to the follower, and then each one that comes.
  void follow(const std::string& app, std::size_t most, std::unique_ptr<Follower> follower);

  /// The `most` latest lines, the oldest first.
  std::vector<std::string> latest(const std::string& app, std::size_t most) const;

  /// Lets the lines of an app and its followers go.
  void forget(const std::string& app);

 private:
  struct Lines {
    std::deque<std::string> lines;
    std::size_t bytes = 0;
    std::vector<std::unique_ptr<Follower>> followers;
  };
  using Apps = std::map<std::string, Lines, std::less<>>;

  Guarded<Apps> apps_;
};

}  // namespace hermes::log
