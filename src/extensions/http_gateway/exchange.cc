#include "extensions/http_gateway/exchange.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/strings.h"

namespace hermes::http_gateway {
namespace {

constexpr std::size_t kLongestKey = 128;
constexpr std::string_view kOwn = "x-hermes-";  // What begins so, only the gateway says.

// What a proxy says of the client; from anybody else, it is only a claim.
constexpr std::array<std::string_view, 4> kForwarded{"forwarded", "x-forwarded-for",
                                                     "x-forwarded-host", "x-forwarded-proto"};

std::string key_of(const net::Request& request) {
  return concat(std::string_view(request.method).substr(0, kLongestKey), " ",
                std::string_view(request.target).substr(0, kLongestKey));
}

bool is_own(std::string_view name) {
  return name.size() >= kOwn.size() && equals_ignoring_case(name.substr(0, kOwn.size()), kOwn);
}

bool is_forwarded_header(std::string_view name) {
  return std::ranges::any_of(kForwarded,
                             [&](auto known) { return equals_ignoring_case(known, name); });
}

}  // namespace

Exchange::Exchange(const Needs& needs, io::Reactor& reactor, net::Request request,
                   net::Responder responder, Client client)
    : needs_(needs),
      reactor_(reactor),
      request_(std::move(request)),
      responder_(std::move(responder)),
      client_(std::move(client)),
      trace_(Trace::of(request_.headers.find("traceparent"))),
      key_(key_of(request_)),
      origin_(request_.headers.find("origin").value_or("")),
      version_(request_.version) {
  if (!request_.is_whole) body_ = responder_.body();
  if (!needs_.access_log.is_on()) return;
  begin_ = needs_.clock.now().monotonic;
  agent_ = request_.headers.find("user-agent").value_or("");
  referer_ = request_.headers.find("referer").value_or("");
  host_ = request_.host;
  method_ = request_.method;
  target_ = request_.target;
}

Exchange::~Exchange() {
  if (collected_) *collected_ -= reserved_;
}

std::string_view Exchange::path() const {
  return split_once(request_.target, '?').first;
}

void Exchange::set_path(std::string_view path) {
  const auto size = this->path().size();
  request_.target = concat(path, std::string_view(request_.target).substr(size));
}

void Exchange::prepare_for_modules() {
  if (!departure_.stop_possible()) departure_ = responder_.departure();
  net::Headers headers;
  for (const auto [name, value] : request_.headers) {
    if (is_own(name) || equals_ignoring_case(name, "traceparent")) continue;
    if (!client_.is_forwarded && is_forwarded_header(name)) continue;
    headers.add(name, value);
  }
  headers.add("traceparent", trace_.traceparent());
  headers.add("x-hermes-request-id", trace_.request_id());
  headers.add("x-hermes-client-address", client_.address);
  request_.headers = std::move(headers);
}

void Exchange::identify(const Identity& identity) {
  for (const auto& [name, value] : identity) request_.headers.add(name, value);
}

void Exchange::collect(std::size_t most, Collected then) {
  if (request_.length.value_or(request_.body.size()) > most) {
    return refuse(413, concat("the body is larger than ", most, " bytes"));
  }
  if (request_.is_whole) return then(shared_from_this());
  read_more(most, std::move(then));
}

void Exchange::read_more(std::size_t most, Collected then) {
  body_.read(
      [self = shared_from_this(), most, then = std::move(then)](Result<std::string> piece) mutable {
        if (!piece) {
          const auto code = piece.error().code();
          if (code == Code::Stopping) return;  // Nobody is there any more.
          return self->refuse(code == Code::TimedOut ? 408 : 400, piece.error().message());
        }
        auto& body = self->request_.body;
        if (piece->size() > most - body.size()) {
          return self->refuse(413, concat("the body is larger than ", most, " bytes"));
        }
        if (!self->reserve(piece->size())) {
          self->met(runtime::Limit::HttpBodies);
          return self->refuse(503, "too many bodies are under way");
        }
        body += *piece;
        if (!piece->empty()) return self->read_more(most, std::move(then));
        self->request_.is_whole = true;
        self->body_ = {};
        then(self);
      });
}

// Whether all bodies together may have so much more. It is given back at the end.
bool Exchange::reserve(std::size_t bytes) {
  if (!collected_) collected_ = needs_.collected;
  reserved_ += bytes;
  return collected_->fetch_add(bytes) + bytes <= needs_.options.collected_bytes;
}

// Says which pages of other origins may read the answer.
void Exchange::let_read(net::Headers& headers) const {
  if (!site_ || !site_->section.cors) return;
  site_->section.cors->allow(origin_.empty() ? std::nullopt : std::optional(origin_), headers);
}

Result<> Exchange::respond(net::Response response) {
  let_read(response.headers);
  const auto status = response.status;
  const auto bytes = response.body_size();
  TRY(responder_.respond(std::move(response)));
  record(status, bytes);
  return {};
}

Result<net::BodyWriter> Exchange::begin(net::Response head, std::optional<std::uint64_t> size) {
  let_read(head.headers);
  return responder_.begin(std::move(head), size);
}

void Exchange::record(unsigned status, std::uint64_t bytes) const {
  if (!needs_.access_log.is_on()) return;
  needs_.access_log.write({.app = site_ ? site_->app : std::string_view(),
                           .client = client_.address,
                           .host = host_,
                           .method = method_,
                           .target = target_,
                           .version = version_,
                           .status = status,
                           .bytes = bytes,
                           .took = needs_.clock.now().monotonic - begin_,
                           .referer = referer_,
                           .agent = agent_,
                           .request_id = trace_.request_id(),
                           .trace_id = trace_.trace_id()});
}

void Exchange::refuse(unsigned status, std::string_view why) {
  if (status == 408) met(runtime::Limit::HttpTime);
  if (status == 413) met(runtime::Limit::HttpBody);
  auto response = net::Response::text(status, why);
  if (status == 503) response.headers.add("retry-after", "1");
  std::ignore = respond(std::move(response));
}

void Exchange::fail(std::string_view what) {
  warn({}, {}, concat("answered 500 to request ", trace_.request_id(), ": ", what));
  refuse(500, concat("something went wrong here; the log has it as request ", trace_.request_id()));
}

void Exchange::met(runtime::Limit limit, bool is_logged) const {
  if (needs_.breaches == nullptr) return;
  const auto app = site_ ? site_->app : std::string_view();
  is_logged ? needs_.breaches->count(limit, app) : needs_.breaches->report({limit, app});
}

void Exchange::warn(std::string_view module, std::string_view event,
                    std::string_view message) const {
  needs_.log.write({.level = log::Level::Warn,
                    .component = "http_gateway",
                    .app = site_ ? site_->app : std::string_view(),
                    .module = module,
                    .event = event,
                    .context = key_,
                    .message = message});
}

}  // namespace hermes::http_gateway
