#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "base/log.h"
#include "base/log_format.h"
#include "base/recent_log.h"

namespace hermes::log {

struct WriterOptions {
  int descriptor = 2;  // Stays open as long as the writer; standard error.
  Format format = Format::Text;
  Level minimum = Level::Info;                     // For what is not spoken by a guest.
  std::size_t queue_bytes = std::size_t{4} << 20;  // What waits to be written.
};

/// Writes records to a descriptor from a thread of its own.
///
/// A record that finds the queue full is dropped, and the next one that finds room is preceded by a
/// record of how many were. A thread and a string that is swapped suffice for this; spdlog's queue
/// counts records, not bytes, so a few long ones could hold much memory, and what it drops it keeps
/// to itself.
class Writer final : public Log {
 public:
  /// `clock` outlives the writer, and so does `recent`, which is given each line too.
  Writer(Clock& clock, WriterOptions options, RecentLog* recent = nullptr);
  Writer(const Writer&) = delete;
  /// Writes what is queued, as long as the reader takes some of it each second.
  ~Writer() override;

  void write(const Record& record) override;

  /// In place of WriterOptions::minimum.
  void set_minimum(Level level) { minimum_ = level; }

  /// Returns once everything that was written before has reached the descriptor, or the reader has
  /// not taken any of it for a second.
  void flush();

 private:
  struct Queue {
    std::string text;
    std::uint64_t dropped = 0;  // Records, since the last one that found room.
    std::uint64_t accepted_bytes = 0;
    std::uint64_t written_bytes = 0;
    bool stopping = false;
  };

  void run();
  void put(std::string_view text);

  Clock& clock_;
  const WriterOptions options_;
  RecentLog* const recent_;
  std::atomic<Level> minimum_;
  std::mutex mutex_;
  std::condition_variable filled_;
  std::condition_variable emptied_;
  Queue queue_;
  std::atomic<int> hurrying_ = 0;  // How many wait for what is queued to be gone.
  std::thread thread_;             // Last, so that it begins with everything in place.
};

}  // namespace hermes::log
