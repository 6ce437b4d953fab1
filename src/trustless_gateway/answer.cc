#include "trustless_gateway/answer.h"

#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/strings.h"
#include "p2p/cid.h"
#include "trustless_gateway/wanted.h"

namespace hermes::trustless_gateway {
namespace {

using net::Response;
using Form = Wanted::Form;
using Scope = p2p::CarShape::Scope;

constexpr std::string_view kForGood = "public, max-age=29030400, immutable";
constexpr std::size_t kDigitsOfTag = 16;

std::string_view name_of(Scope scope) {
  switch (scope) {
    case Scope::Block:
      return "block";
    case Scope::Entity:
      return "entity";
    case Scope::All:
      break;
  }
  return "all";
}

std::string hex_of(std::string_view bytes) {
  std::string hex;
  for (const auto byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    hex += {"0123456789abcdef"[value >> 4U], "0123456789abcdef"[value & 15U]};
  }
  return hex;
}

// The order of blocks is ours, so another gateway's CAR of the same may be another.
std::string car_tag(const Wanted& wanted) {
  const auto& [scope, bytes, duplicates] = wanted.shape;
  const auto range =
      bytes ? concat(bytes->from, ":", bytes->to ? std::to_string(*bytes->to) : "*") : "";
  const auto asked = concat(wanted.path, "|", name_of(scope), "|", range, duplicates ? "|y" : "|n");
  const auto digest = hex_of(p2p::sha256_multihash(asked).substr(2));
  return concat("W/\"", wanted.content.root.text(), ".", digest.substr(0, kDigitsOfTag), ".car\"");
}

bool is_unchanged(const net::Request& request, std::string_view tag) {
  const auto known = request.headers.find("if-none-match");
  if (!known) return false;
  const auto plain = [](std::string_view text) {
    if (text.starts_with("W/")) text.remove_prefix(2);
    return text;
  };
  for (const auto one : split(*known, ',')) {
    if (trim(one) == "*" || plain(trim(one)) == plain(tag)) return true;
  }
  return false;
}

Response failure(const net::Request& request, const Error& error) {
  switch (error.code()) {
    case Code::NotFound: {
      const auto control = request.headers.find("cache-control").value_or("");
      const bool is_only_if_here = control.find("only-if-cached") != control.npos;
      return Response::text(is_only_if_here ? 412 : 404, error.message());
    }
    case Code::InvalidArgument:
      return Response::text(400, error.message());
    default:
      return Response::text(500, "the content cannot be read");
  }
}

Response head_of(const Wanted& wanted, std::string_view tag) {
  Response head;
  auto& headers = head.headers;
  headers.add("etag", tag);
  headers.add("cache-control", kForGood);
  headers.add("vary", "accept");
  headers.add("x-ipfs-path", wanted.path);
  headers.add("x-content-type-options", "nosniff");
  return head;
}

void describe_body(const Wanted& wanted, const net::Request& request, Response& response) {
  const bool is_raw = wanted.form == Form::Raw;
  auto& headers = response.headers;
  headers.add("content-disposition", concat("attachment; filename=\"", wanted.content.root.text(),
                                            is_raw ? ".bin\"" : ".car\""));
  if (wanted.is_in_query) return;
  const auto query = split_once(request.target, '?').second.value_or("");
  headers.add("content-location", concat(split_once(request.target, '?').first, "?format=",
                                         is_raw ? "raw" : "car", query.empty() ? "" : "&", query));
}

Answer raw_answer(p2p::BlockSource& blocks, const Wanted& wanted, const net::Request& request) {
  const auto& cid = wanted.content.root;
  const auto tag = concat("\"", cid.text(), ".raw\"");
  auto response = head_of(wanted, tag);
  std::string block;
  if (cid.inlined()) {
    block = *cid.inlined();
  } else if (const auto read = blocks.read(cid, block); !read) {
    return {failure(request, read.error()), nullptr};
  }
  response.headers.add("x-ipfs-roots", cid.text());
  if (is_unchanged(request, tag)) {
    response.status = 304;
    return {std::move(response), nullptr};
  }
  describe_body(wanted, request, response);
  response.headers.add("content-type", "application/vnd.ipld.raw");
  response.body = std::move(block);
  return {std::move(response), nullptr};
}

Answer car_answer(p2p::BlockSource& blocks, const Wanted& wanted, const net::Request& request) {
  auto stream = p2p::CarStream::open(blocks, wanted.content, wanted.shape);
  if (!stream) return {failure(request, stream.error()), nullptr};
  const auto tag = car_tag(wanted);
  auto response = head_of(wanted, tag);
  std::string roots;
  for (const auto& cid : stream->segments()) roots += concat(roots.empty() ? "" : ",", cid.text());
  response.headers.add("x-ipfs-roots", roots);
  if (is_unchanged(request, tag)) {
    response.status = 304;
    return {std::move(response), nullptr};
  }
  describe_body(wanted, request, response);
  response.headers.add("content-type",
                       concat("application/vnd.ipld.car; version=1; order=dfs; dups=",
                              wanted.shape.duplicates ? "y" : "n"));
  response.headers.add("accept-ranges", "none");
  return {std::move(response), std::make_unique<p2p::CarStream>(*std::move(stream))};
}

// Owns itself: what waits for room holds it.
class Sending : public std::enable_shared_from_this<Sending> {
 public:
  Sending(std::unique_ptr<p2p::CarStream> body, net::BodyWriter writer,
          UniqueFunction<void(Result<std::uint64_t>)> done)
      : body_(std::move(body)), writer_(std::move(writer)), done_(std::move(done)) {}

  void send_next() {
    auto piece = body_->next();
    if (!piece) return finish(std::move(piece).error());
    if (piece->empty()) {
      writer_.end();
      return finish(bytes_);
    }
    bytes_ += piece->size();
    writer_.write(*std::move(piece), [self = shared_from_this()](Result<> written) {
      if (!written) return self->finish(std::move(written).error());
      self->send_next();
    });
  }

 private:
  void finish(Result<std::uint64_t> result) {
    writer_ = {};  // Without an end, the client sees that it is cut short.
    done_(std::move(result));
  }

  const std::unique_ptr<p2p::CarStream> body_;
  net::BodyWriter writer_;
  UniqueFunction<void(Result<std::uint64_t>)> done_;
  std::uint64_t bytes_ = 0;
};

}  // namespace

Answer answer(p2p::BlockSource& blocks, const net::Request& request) {
  auto wanted = Wanted::of(request);
  if (auto* refusal = std::get_if<Response>(&wanted)) return {std::move(*refusal), nullptr};
  const auto& asked = std::get<Wanted>(wanted);
  return asked.form == Form::Raw ? raw_answer(blocks, asked, request)
                                 : car_answer(blocks, asked, request);
}

void send(std::unique_ptr<p2p::CarStream> body, net::BodyWriter writer,
          UniqueFunction<void(Result<std::uint64_t>)> done) {
  std::make_shared<Sending>(std::move(body), std::move(writer), std::move(done))->send_next();
}

}  // namespace hermes::trustless_gateway
