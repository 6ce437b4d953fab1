#include "net/response.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/strings.h"

namespace hermes::net {
namespace {

constexpr std::string_view kWrittenByServer[] = {
    "connection", "content-length", "date",    "keep-alive",       "proxy-connection",
    "te",         "trailer",        "upgrade", "transfer-encoding"};

void append_number(std::string& out, std::uint64_t number) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.begin(), digits.end(), number).ptr;
  out.append(digits.begin(), end);
}

void append_line(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

bool is_written_by_server(std::string_view name) {
  return std::ranges::any_of(kWrittenByServer, [&](std::string_view own) {
    return own.size() == name.size() && equals_ignoring_case(own, name);
  });
}

Response Response::text(unsigned status, std::string_view message) {
  Response response{.status = status};
  response.headers.add("content-type", "text/plain; charset=utf-8");
  response.body = concat(status, " ", reason_phrase(status), ": ", message, "\n");
  return response;
}

Result<> Response::check() const {
  if (status < 200 || status > 599) {
    return Error(Code::InvalidArgument, concat("the status ", status, " is not from 200 to 599"));
  }
  for (const auto [name, value] : headers) {
    if (!is_token(name)) return Error(Code::InvalidArgument, "the name of a header is not a token");
    if (!is_header_value(value)) {
      return Error(Code::InvalidArgument,
                   concat("the value of the header '", name, "' has a control character"));
    }
  }
  return {};
}

std::uint64_t Response::body_size() const {
  if (const auto* bytes = std::get_if<std::string>(&body)) return bytes->size();
  if (const auto* file = std::get_if<std::unique_ptr<vfs::File>>(&body)) {
    return *file ? (*file)->size() : 0;
  }
  std::uint64_t size = 0;
  for (const auto& part : std::get<std::vector<BodyPart>>(body)) size += size_of(part);
  return size;
}

std::uint64_t size_of(const BodyPart& part) {
  const auto* bytes = std::get_if<std::string>(&part);
  return bytes ? bytes->size() : std::get<FilePart>(part).size;
}

bool has_no_body(unsigned status) {
  return status == 204 || status == 304;
}

void append_head(std::string& out, const Response& response, const Framing& framing) {
  out.append("HTTP/1.1 ");
  append_number(out, response.status);
  out.append(" ").append(reason_phrase(response.status)).append("\r\n");
  for (const auto [name, value] : response.headers) {
    if (!is_written_by_server(name)) append_line(out, name, value);
  }
  append_line(out, "date", framing.date);
  if (!framing.keep_alive) {
    append_line(out, "connection", "close");
  } else if (framing.version == 10) {
    append_line(out, "connection", "keep-alive");
  }
  if (has_no_body(response.status)) {
    // The header is all.
  } else if (!framing.is_streamed || framing.size) {
    out.append("content-length: ");
    append_number(out, framing.is_streamed ? *framing.size : response.body_size());
    out.append("\r\n");
  } else if (framing.version == 11) {
    append_line(out, "transfer-encoding", "chunked");
  }
  out.append("\r\n");
}

std::string_view reason_phrase(unsigned status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 203:
      return "Non-Authoritative Information";
    case 204:
      return "No Content";
    case 205:
      return "Reset Content";
    case 206:
      return "Partial Content";
    case 300:
      return "Multiple Choices";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 402:
      return "Payment Required";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 418:
      return "I'm a teapot";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 425:
      return "Too Early";
    case 426:
      return "Upgrade Required";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 451:
      return "Unavailable For Legal Reasons";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    case 508:
      return "Loop Detected";
    default:
      return "";
  }
}

}  // namespace hermes::net
