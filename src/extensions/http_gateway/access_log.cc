#include "extensions/http_gateway/access_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "base/escape.h"
#include "base/strings.h"
#include "io/descriptor.h"

namespace hermes::http_gateway {
namespace {

constexpr std::size_t kLongest = 1'024;  // Of what a client says.

// What clients say is cut, and quoted, so that none forges a record.
void append(std::string& data, std::string_view name, std::string_view value) {
  data += concat(",\"", name, "\":", json_quote(value.substr(0, kLongest)));
}

std::string data_of(const Access& access) {
  using Microseconds = std::chrono::microseconds;
  auto data =
      concat(R"({"status":)", access.status, R"(,"bytes":)", access.bytes, R"(,"microseconds":)",
             std::chrono::duration_cast<Microseconds>(access.took).count(), R"(,"version":)",
             access.version);
  if (!access.app.empty()) append(data, "app", access.app);
  append(data, "client", access.client);
  append(data, "host", access.host);
  append(data, "method", access.method);
  append(data, "target", access.target);
  if (!access.referer.empty()) append(data, "referer", access.referer);
  if (!access.agent.empty()) append(data, "agent", access.agent);
  if (!access.request_id.empty()) append(data, "request_id", access.request_id);
  if (!access.trace_id.empty()) append(data, "trace_id", access.trace_id);
  return data + "}";
}

Result<io::Descriptor> open_file(const std::string& path) {
  io::Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640));
  if (file) return file;
  return Error(Code::InvalidArgument, concat("cannot write the access log '", path,
                                             "': ", std::generic_category().message(errno)));
}

}  // namespace

struct AccessLog::File {
  File(std::string name, io::Descriptor opened, log::Format format, Clock& clock)
      : path(std::move(name)),
        descriptor(std::move(opened)),
        writer(clock, {.descriptor = descriptor.get(), .format = format}) {}

  const std::string path;
  io::Descriptor descriptor;
  log::Writer writer;
};

AccessLog::AccessLog(log::Log* log) : log_(log) {}

AccessLog::~AccessLog() = default;

Result<std::unique_ptr<AccessLog>> AccessLog::open(const std::string& where, log::Format format,
                                                   Clock& clock, log::Log& log) {
  std::unique_ptr<AccessLog> result(new AccessLog(where == "off" ? nullptr : &log));
  if (where == "off" || where == "log") return result;
  auto file = TRY(open_file(where));
  result->file_ = std::make_unique<File>(where, std::move(file), format, clock);
  result->log_ = &result->file_->writer;
  return result;
}

// Under the descriptor that the writer has.
Result<> AccessLog::reopen() {
  if (!file_) return {};
  const auto file = TRY(open_file(file_->path));
  file_->writer.flush();
  ::dup3(file.get(), file_->descriptor.get(), O_CLOEXEC);
  return {};
}

void AccessLog::write(const Access& access) const {
  if (!log_) return;
  const auto data = data_of(access);
  const auto message = concat(access.method.substr(0, kLongest), " ",
                              access.target.substr(0, kLongest), " ", access.status);
  // Without the app, whose limit of records is for what goes wrong.
  log_->write({.component = "access", .message = message, .data = data});
}

}  // namespace hermes::http_gateway
