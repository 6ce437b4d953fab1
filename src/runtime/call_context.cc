#include "runtime/call_context.h"

#include <algorithm>
#include <chrono>
#include <cstddef>

#include "base/strings.h"
#include "runtime/worker.h"

namespace hermes::runtime {
namespace {

using namespace std::chrono;

constexpr std::size_t kLongestLine = 64 * 1024;
constexpr std::string_view kEngine = "engine";
constexpr auto kLongBlocking = milliseconds(100);

Limit limit_of(wasm::Refusal what) {
  switch (what) {
    case wasm::Refusal::CallMemory:
      return Limit::Memory;
    case wasm::Refusal::AppMemory:
      return Limit::AppMemory;
    case wasm::Refusal::EngineMemory:
      return Limit::EngineMemory;
    case wasm::Refusal::Var:
      return Limit::Var;
    case wasm::Refusal::Tmp:
      return Limit::Tmp;
    case wasm::Refusal::Files:
      return Limit::Files;
    case wasm::Refusal::Listings:
      return Limit::Listings;
    case wasm::Refusal::HttpBodies:
      break;
  }
  return Limit::HttpStreams;
}

}  // namespace

CallContext::~CallContext() {
  for (const auto stream : {wasm::Output::Stdout, wasm::Output::Stderr}) {
    const auto& line = unfinished_[static_cast<std::size_t>(stream)];
    if (!line.empty()) write_line(stream, line);
  }
}

void CallContext::output(wasm::Output stream, std::string_view text) {
  auto& line = unfinished_[static_cast<std::size_t>(stream)];
  while (!text.empty()) {
    const auto piece = text.substr(0, kLongestLine - line.size());
    const auto end = piece.find('\n');
    line += piece.substr(0, end);
    text.remove_prefix(std::min(end, piece.size() - 1) + 1);
    if (end == piece.npos && line.size() < kLongestLine) return;
    write_line(stream, line);
    line.clear();
    if (end == piece.npos && text.starts_with('\n')) text.remove_prefix(1);
  }
}

void CallContext::refused(wasm::Refusal what) {
  report(limit_of(what));
}

void CallContext::report(Limit limit) const {
  if (info_.breaches == nullptr) return;
  info_.breaches->report({limit, app(), module(), event(), execution()});
}

// Why a call fails is a record of its own.
void CallContext::count(Limit limit) const {
  if (info_.breaches != nullptr) info_.breaches->count(limit, app());
}

void CallContext::blocking_began(std::string_view function) {
  blocking_ = function;
  if (auto* worker = Worker::current()) worker->blocking_began();
}

void CallContext::blocking_ended() {
  auto* worker = Worker::current();
  if (worker == nullptr) return;
  const auto held = worker->blocking_ended();
  if (held < kLongBlocking) return;
  write(log::Level::Warn, kEngine,
        concat(blocking_, " held its worker for ", duration_cast<milliseconds>(held).count(),
               " ms: no spare thread was left"));
}

bool CallContext::is_cancelled() const {
  return Worker::current_call_is_cancelled();
}

bool CallContext::holds_worker() const {
  return Worker::current() != nullptr && !Worker::current_call_is_away();
}

void CallContext::write_line(wasm::Output stream, std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (stream == wasm::Output::Stdout) {
    write(log::Level::Info, "stdout", line);
  } else {
    write(log::Level::Warn, "stderr", line);
  }
}

void CallContext::write(log::Level level, std::string_view component, std::string_view message) {
  if (info_.log == nullptr || log::weight(level) < log::weight(info_.app->log_level)) return;
  info_.log->write({.level = level,
                    .guest = component != kEngine,
                    .component = component,
                    .app = app(),
                    .module = module(),
                    .event = event(),
                    .execution = execution(),
                    .message = message});
}

}  // namespace hermes::runtime
