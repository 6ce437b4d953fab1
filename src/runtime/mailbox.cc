#include "runtime/mailbox.h"

#include <utility>

namespace hermes::runtime {

// The worker sets `waiting_` before it looks for letters, and a letter is there before anybody
// looks at `waiting_`, so one of the two sees the other.
template <typename F>
void Mailbox::leave(F&& add) {
  const std::lock_guard lock(mutex_);
  if (reactor_ == nullptr) return;
  add(letters_);
  has_letters_ = true;
  if (waiting_.exchange(false)) reactor_->interrupt();
}

void Mailbox::wake(std::shared_ptr<Call> call) {
  leave([&](Letters& letters) { letters.woken.push_back(std::move(call)); });
}

void Mailbox::sweep(std::shared_ptr<RunningApp> app) {
  leave([&](Letters& letters) { letters.swept.push_back(std::move(app)); });
}

void Mailbox::cancel(std::shared_ptr<RunningApp> app) {
  leave([&](Letters& letters) { letters.cancelled.push_back(std::move(app)); });
}

void Mailbox::end_calls(const Ticket& ticket) {
  leave([&](Letters& letters) { letters.unwanted.push_back(ticket); });
}

void Mailbox::rejoin(Turn& turn) {
  leave([&](Letters& letters) { letters.rejoining.push_back(&turn); });
}

void Mailbox::stop() {
  leave([](Letters& letters) { letters.stop = true; });
}

bool Mailbox::interrupt() {
  if (!waiting_.load()) return false;
  const std::lock_guard lock(mutex_);
  if (reactor_ == nullptr || !waiting_.exchange(false)) return false;
  reactor_->interrupt();
  return true;
}

void Mailbox::take(Letters& letters) {
  const std::lock_guard lock(mutex_);
  std::swap(letters, letters_);
  has_letters_ = false;
}

void Mailbox::close() {
  Letters unread;  // Dropped without the lock: what a call held may wake another.
  const std::lock_guard lock(mutex_);
  std::swap(unread, letters_);
  reactor_ = nullptr;
}

}  // namespace hermes::runtime
