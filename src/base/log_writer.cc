#include "base/log_writer.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/strings.h"
#include "base/thread_name.h"

namespace hermes::log {
namespace {

// A descriptor that polls as writable takes this much without waiting, also where it is a pipe.
constexpr std::size_t kPiece = 4096;
constexpr int kPatienceMilliseconds = 1'000;

}  // namespace

Writer::Writer(Clock& clock, WriterOptions options, RecentLog* recent)
    : clock_(clock), options_(options), recent_(recent), minimum_(options.minimum), thread_([this] {
        run();
      }) {}

Writer::~Writer() {
  hurrying_ += 1;
  {
    std::lock_guard lock(mutex_);
    queue_.stopping = true;
  }
  filled_.notify_one();
  thread_.join();
}

void Writer::write(const Record& record) {
  if (!record.guest && weight(record.level) < weight(minimum_)) return;
  const auto now = clock_.now().utc;
  const auto line = format(options_.format, record, now);
  if (recent_ != nullptr) recent_->add(record.app, line);
  {
    std::lock_guard lock(mutex_);
    if (queue_.text.size() + line.size() > options_.queue_bytes) {
      ++queue_.dropped;
      return;
    }
    const auto before = queue_.text.size();
    if (const auto dropped = std::exchange(queue_.dropped, 0)) {
      const auto message = concat(dropped, " records were dropped: they came faster than written");
      queue_.text += format(options_.format,
                            {.level = Level::Warn, .component = "log", .message = message}, now);
    }
    queue_.text += line;
    queue_.accepted_bytes += queue_.text.size() - before;
  }
  filled_.notify_one();
}

void Writer::flush() {
  hurrying_ += 1;
  {
    std::unique_lock lock(mutex_);
    const auto target = queue_.accepted_bytes;
    emptied_.wait(lock, [&] { return queue_.written_bytes >= target; });
  }
  hurrying_ -= 1;
}

void Writer::run() {
  name_this_thread("log");
  // Signals are for the main thread, and a reader that is gone is none of the engine's failures.
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);

  std::unique_lock lock(mutex_);
  for (;;) {
    filled_.wait(lock, [&] { return queue_.stopping || !queue_.text.empty(); });
    if (queue_.text.empty()) return;
    const auto text = std::exchange(queue_.text, {});
    lock.unlock();
    put(text);
    lock.lock();
    queue_.written_bytes += text.size();
    emptied_.notify_all();
  }
}

// What cannot be written, for the reader is gone or stands still at the end, is given up.
void Writer::put(std::string_view text) {
  while (!text.empty()) {
    pollfd ready{.fd = options_.descriptor, .events = POLLOUT, .revents = 0};
    const int polled = poll(&ready, 1, kPatienceMilliseconds);
    if (polled == 0 && hurrying_ > 0) return;
    if (polled <= 0) continue;
    const auto size = ::write(options_.descriptor, text.data(), std::min(text.size(), kPiece));
    if (size >= 0) {
      text.remove_prefix(static_cast<std::size_t>(size));
    } else if (errno != EINTR && errno != EAGAIN) {
      return;
    }
  }
}

}  // namespace hermes::log
