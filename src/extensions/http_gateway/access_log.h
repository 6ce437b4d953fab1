#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/log_writer.h"
#include "base/result.h"
#include "base/time.h"

namespace hermes::http_gateway {

/// A request that was answered. The views live as long as the call.
struct Access {
  std::string_view app;     // Its id; empty if the request is for none.
  std::string_view client;  // An address.
  std::string_view host;
  std::string_view method;
  std::string_view target;
  unsigned version = 11;
  unsigned status = 0;
  std::uint64_t bytes = 0;          // Of the response's body.
  std::chrono::nanoseconds took{};  // From the header to the answer.
  std::string_view referer = {};
  std::string_view agent = {};
  std::string_view request_id = {};  // Empty if the server has refused it.
  std::string_view trace_id = {};
};

/// A record for each request, in the formats of the engine's log: in it, or in a file. Thread-safe.
class AccessLog {
 public:
  /// `where` is "off", "log", or a file that is appended to. `clock` and `log` outlive it.
  static Result<std::unique_ptr<AccessLog>> open(const std::string& where, log::Format format,
                                                 Clock& clock, log::Log& log);
  ~AccessLog();

  bool is_on() const { return log_ != nullptr; }
  void write(const Access& access) const;

  /// Goes on in a file of the same name, which is another if that was moved away; or in the same,
  /// if it cannot.
  Result<> reopen();

 private:
  struct File;
  explicit AccessLog(log::Log* log);

  log::Log* log_;  // Null: off.
  std::unique_ptr<File> file_;
};

}  // namespace hermes::http_gateway
