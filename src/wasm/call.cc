#include "wasm/call.h"

#include <span>
#include <utility>

#include "wasm/call_handle.h"
#include "wasm/words.h"

namespace hermes::wasm {
namespace {

// What the guest returned stays in Rust until it has been read.
class ReplyOwner {
 public:
  explicit ReplyOwner(hermes_buffer& reply) : reply_(reply) {}
  ReplyOwner(const ReplyOwner&) = delete;
  ~ReplyOwner() {
    if (reply_.drop != nullptr) std::exchange(reply_.drop, nullptr)(reply_.owner);
  }

 private:
  hermes_buffer& reply_;
};

}  // namespace

Call::Call(std::unique_ptr<State> state) : state_(std::move(state)) {}
Call::Call(Call&&) noexcept = default;
Call& Call::operator=(Call&&) noexcept = default;

Call::~Call() {
  if (!state_) return;
  state_->call_state.request_stop();
  const ReplyOwner unread(state_->reply);
}

Call::Progress Call::poll() {
  hermes_error* error = nullptr;
  switch (hermes_call_poll(state_->handle.get(), &state_->reply, &error)) {
    case HERMES_WAITING:
      return Progress::Waiting;
    case HERMES_YIELDED:
      return Progress::Yielded;
    case HERMES_RETURNED:
      return Progress::Returned;
    case HERMES_TRAPPED:
      break;
  }
  auto reason = check(error).error();
  const auto code = reason.code() == Code::Busy ? Code::Busy : Code::GuestFailed;
  state_->error.emplace(code, reason.message());
  return Progress::Trapped;
}

std::any Call::take_reply(const ExportType& type) {
  auto& reply = state_->reply;
  const ReplyOwner read(reply);
  const auto* words = reply.words != nullptr ? reply.words : reply.small;
  Reader from(std::span(words, reply.len), state_->call_state.resources());
  return type.read_reply(from);
}

const Error& Call::error() const {
  return *state_->error;
}

bool Call::hit_memory_limit() const {
  return hermes_call_hit_memory_limit(state_->handle.get());
}

}  // namespace hermes::wasm
