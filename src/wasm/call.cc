#include "wasm/call.h"

#include <span>

#include "hermes_host.h"
#include "wasm/handle.h"
#include "wasm/words.h"

namespace hermes::wasm {

void Call::Free::operator()(hermes_call* call) const {
  hermes_call_free(call);
}

Call::~Call() {
  if (call_) state_.request_stop();
}

Call::Progress Call::poll() {
  hermes_error* error = nullptr;
  switch (hermes_call_poll(call_.get(), &reply_, &error)) {
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
  error_.emplace(code, reason.message());
  return Progress::Trapped;
}

std::any Call::take_reply(const ExportType& type) {
  const auto* words = reply_->words != nullptr ? reply_->words : reply_->small;
  Reader from(std::span(words, reply_->len), state_.resources());
  return type.read_reply(from);
}

const Error& Call::error() const {
  return *error_;
}

MemoryLimit Call::memory_limit() const {
  switch (hermes_call_memory_limit(call_.get())) {
    case HERMES_NO_MEMORY_LIMIT:
      break;
    case HERMES_CALL_MEMORY:
      return MemoryLimit::Call;
    case HERMES_APP_MEMORY:
      return MemoryLimit::App;
    case HERMES_ENGINE_MEMORY:
      return MemoryLimit::Engine;
  }
  return MemoryLimit::None;
}

}  // namespace hermes::wasm
