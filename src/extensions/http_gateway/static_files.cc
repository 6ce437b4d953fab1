#include "extensions/http_gateway/static_files.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/percent.h"
#include "base/strings.h"
#include "extensions/http_gateway/accept_encoding.h"
#include "extensions/http_gateway/byte_ranges.h"
#include "extensions/http_gateway/conditions.h"
#include "extensions/http_gateway/trace.h"
#include "net/http_date.h"
#include "net/mime.h"

namespace hermes::http_gateway {
namespace {

using net::FilePart;
using net::Response;

Response no_such_page() {
  return Response::text(404, "there is no such page");
}

// Whether no segment of what begins with a slash begins with a dot: neither "..", nor ".git". What
// RFC 8615 puts below
// /.well-known/ is meant to be seen.
bool is_public(std::string_view path) {
  constexpr std::string_view kWellKnown = "/.well-known/";
  if (path.starts_with(kWellKnown)) path.remove_prefix(kWellKnown.size() - 1);
  return path.find("/.") == path.npos;
}

Response redirect(const std::string& location) {
  Response response{.status = 308};
  response.headers.add("location", location);
  return response;
}

// What compression makes smaller.
bool is_compressible(std::string_view type) {
  constexpr std::array<std::string_view, 7> kTypes{
      "text/",         "application/json", "application/wasm",         "application/xml",
      "image/svg+xml", "font/ttf",         "application/manifest+json"};
  return std::ranges::any_of(kTypes, [&](auto known) { return type.starts_with(known); }) ||
         type.ends_with("+xml") || type == "font/otf" || type == "image/bmp" ||
         type == "image/x-icon";
}

bool accepts_html(const net::Request& request) {
  const auto accept = request.headers.find("accept");
  return accept && accept->find("text/html") != accept->npos;
}

std::string content_range(const ByteRange& range, std::uint64_t size) {
  return concat("bytes ", range.begin, "-", range.begin + range.size - 1, "/", size);
}

}  // namespace

// A file that answers, in one of its forms.
struct StaticFiles::Found {
  std::shared_ptr<const FileFacts> facts;
  std::unique_ptr<vfs::File> file;  // Null where the facts have its content.
  UtcTime modified;
  std::string path;  // Of the file as it is, in the tree.
  std::string_view type = {};
  const Coding* coding = nullptr;  // Null: it is not compressed.
};

Response StaticFiles::serve(const vfs::Tree& tree, const FileRules& rules,
                            const net::Request& request) {
  if (request.method != "GET" && request.method != "HEAD") {
    auto response = Response::text(405, "a file can only be read");
    response.headers.add("allow", "GET, HEAD");
    return response;
  }
  const auto [sent_path, query] = split_once(request.target, '?');
  const auto decoded = percent_decode(sent_path);
  if (!decoded) return Response::text(400, "the path is not well encoded");
  if (!decoded->starts_with('/') || !is_public(*decoded)) return missing(tree, rules, request);
  auto path = decoded->substr(1);
  if (path.empty() || path.ends_with('/')) path += "index.html";
  auto found = find(tree, path, request);
  if (found) return answer(*std::move(found), rules, request, 200);
  if (found.error().code() != Code::NotFound) {
    return Response::text(503, "the file cannot be read now");
  }
  const auto kind = tree.kind(path);
  if (!kind || *kind != vfs::Kind::Directory) return missing(tree, rules, request);
  return redirect(query ? concat(sent_path, "/?", *query) : concat(sent_path, "/"));
}

Result<StaticFiles::Found> StaticFiles::find(const vfs::Tree& tree, std::string path,
                                             const net::Request& request) {
  const auto type = net::content_type(path);
  if (is_compressible(type)) {
    const auto accepted = request.headers.find("accept-encoding").value_or("");
    for (const auto& coding : accepted_codings(accepted)) {
      auto found = open(tree, concat(path, coding.suffix));
      if (!found) continue;
      // The file itself has to be there: what is not, has no compressed form.
      if (!tree.kind(path)) break;
      found->path = std::move(path);
      found->type = type;
      found->coding = std::ranges::find(kCodings, coding);
      return found;
    }
  }
  auto found = TRY(open(tree, std::move(path)));
  found.type = type;
  return found;
}

// A small file that is as it was is not opened again.
Result<StaticFiles::Found> StaticFiles::open(const vfs::Tree& tree, std::string path) {
  if (const auto identity = tree.identity(path)) {
    auto facts = facts_.of(*identity);
    if (facts && facts->content) {
      return Found{std::move(facts), nullptr, identity->modified, std::move(path)};
    }
  }
  auto file = TRY(tree.open(path));
  auto facts = facts_.of(*file);
  const auto modified = file->modified();
  return Found{std::move(facts), std::move(file), modified, std::move(path)};
}

Response StaticFiles::missing(const vfs::Tree& tree, const FileRules& rules,
                              const net::Request& request) {
  if (!rules.fallback().empty() && accepts_html(request)) {
    auto page = find(tree, rules.fallback(), request);
    if (page) return answer(*std::move(page), rules, request, 200);
  }
  auto page = find(tree, "404.html", request);
  return page ? answer(*std::move(page), rules, request, 404) : no_such_page();
}

Response StaticFiles::answer(Found found, const FileRules& rules, const net::Request& request,
                             unsigned status) {
  const auto suffix = found.coding ? found.coding->suffix.substr(1) : std::string_view();
  const auto etag = concat("\"", found.facts->tag, suffix.empty() ? "" : "-", suffix, "\"");
  const Validators validators{etag, found.modified};
  Response response{.status = status};
  auto& headers = response.headers;
  headers.add("etag", etag);
  headers.add("last-modified", net::format_http_date(validators.modified));
  headers.add("cache-control",
              status == 200 ? rules.cache_control(concat("/", found.path)) : "no-cache");
  if (is_compressible(found.type)) headers.add("vary", "accept-encoding");
  for (const auto& [name, value] : rules.headers()) headers.add(name, value);
  if (status == 200) {
    const auto condition = check_conditions(request, validators);
    if (condition == Condition::Fails) {
      return Response::text(412, "the file is another than you think");
    }
    if (condition == Condition::NotModified) {
      response.status = 304;
      return response;
    }
    headers.add("accept-ranges", "bytes");
  }
  if (found.coding) headers.add("content-encoding", found.coding->name);
  const bool may_cut = status == 200 && request.method == "GET" && request.headers.find("range") &&
                       range_counts(request, validators);
  if (may_cut) {
    add_ranges(std::move(found), request, response);
    return response;
  }
  headers.add("content-type", found.type);
  if (found.facts->content) {
    response.body = *found.facts->content;
  } else {
    response.body = std::move(found.file);
  }
  return response;
}

// The ranges that are asked for: of one, the bytes; of several, a message in parts.
void StaticFiles::add_ranges(Found found, const net::Request& request, Response& response) {
  const auto content = found.facts->content;
  const std::shared_ptr<const vfs::File> file = std::move(found.file);
  const auto size = content ? content->size() : file->size();
  const auto parsed = parse_ranges(*request.headers.find("range"), size);
  if (std::holds_alternative<Unsatisfiable>(parsed)) {
    response = Response::text(416, "the file has no such range");
    response.headers.add("content-range", concat("bytes */", size));
    return;
  }
  const auto part = [&](const ByteRange& range) -> net::BodyPart {
    if (content) return content->substr(range.begin, range.size);
    return FilePart{file, range.begin, range.size};
  };
  const auto* ranges = std::get_if<std::vector<ByteRange>>(&parsed);
  std::vector<net::BodyPart> parts;
  if (!ranges) {
    response.headers.add("content-type", found.type);
    parts.push_back(part({0, size}));
  } else if (ranges->size() == 1) {
    response.status = 206;
    response.headers.add("content-type", found.type);
    response.headers.add("content-range", content_range(ranges->front(), size));
    parts.push_back(part(ranges->front()));
  } else {
    response.status = 206;
    const auto boundary = concat(found.facts->tag.substr(0, 16), Trace::of({}).trace_id());
    response.headers.add("content-type", concat("multipart/byteranges; boundary=", boundary));
    for (const auto& range : *ranges) {
      parts.emplace_back(concat(parts.empty() ? "" : "\r\n", "--", boundary,
                                "\r\ncontent-type: ", found.type,
                                "\r\ncontent-range: ", content_range(range, size), "\r\n\r\n"));
      parts.push_back(part(range));
    }
    parts.emplace_back(concat("\r\n--", boundary, "--\r\n"));
  }
  response.body = std::move(parts);
}

}  // namespace hermes::http_gateway
