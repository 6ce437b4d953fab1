#include "extensions/http_gateway/static_files.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "base/strings.h"
#include "net/http_date.h"
#include "net/mime.h"
#include "net/url.h"

namespace hermes::http_gateway {
namespace {

using net::Response;

Response no_such_page() {
  return Response::text(404, "there is no such page");
}

// Whether no segment begins with a dot: neither "..", nor ".git".
bool is_public(std::string_view path) {
  return std::ranges::none_of(split(path, '/'), [](auto name) { return name.starts_with('.'); });
}

Response redirect(const std::string& location) {
  Response response{.status = 308};
  response.headers.add("location", location);
  return response;
}

bool is_unchanged(const net::Request& request, UtcTime modified) {
  const auto since = request.headers.find("if-modified-since");
  const auto time = since ? net::parse_http_date(*since) : std::nullopt;
  return time && std::chrono::floor<std::chrono::seconds>(modified) <= *time;
}

Response answer(const net::Request& request, std::string_view path,
                std::unique_ptr<vfs::File> file) {
  Response response;
  response.headers.add("last-modified", net::format_http_date(file->modified()));
  response.headers.add("cache-control", "no-cache");  // Which is to ask whether it has changed.
  if (is_unchanged(request, file->modified())) {
    response.status = 304;
    return response;
  }
  response.headers.add("content-type", net::content_type(path));
  response.headers.add("x-content-type-options", "nosniff");
  response.body = std::move(file);
  return response;
}

}  // namespace

Response serve_file(const vfs::Tree& tree, const net::Request& request) {
  if (request.method != "GET" && request.method != "HEAD") {
    auto response = Response::text(405, "a file can only be read");
    response.headers.add("allow", "GET, HEAD");
    return response;
  }
  const auto [sent_path, query] = split_once(request.target, '?');
  const auto decoded = net::percent_decode(sent_path);
  if (!decoded) return Response::text(400, "the path is not well encoded");
  if (!decoded->starts_with('/') || !is_public(*decoded)) return no_such_page();
  auto path = decoded->substr(1);
  if (path.empty() || path.ends_with('/')) path += "index.html";
  auto file = tree.open(path);
  if (file) return answer(request, path, *std::move(file));
  if (file.error().code() != Code::NotFound) {
    return Response::text(503, "the file cannot be read now");
  }
  const auto kind = tree.kind(path);
  if (!kind || *kind != vfs::Kind::Directory) return no_such_page();
  return redirect(query ? concat(sent_path, "/?", *query) : concat(sent_path, "/"));
}

}  // namespace hermes::http_gateway
