#include "net/http2_stream.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <tuple>
#include <utility>

#include <boost/asio/post.hpp>

#include "base/strings.h"
#include "net/http2_connection.h"
#include "net/http_server.h"

namespace hermes::net {
namespace {

constexpr ServerStream::Exchange kExchange = 1;           // A stream is one.
constexpr std::size_t kBodyStep = std::size_t{64} << 10;  // Of a body, for each body_timeout.

constexpr const char* kGone = "the client has gone away";
constexpr const char* kAnswered = "the request has been answered";

nghttp2_nv field(std::string_view name, std::string_view value) {
  // NOLINTBEGIN: nghttp2 copies it, and changes nothing.
  return {const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(name.data())),
          const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(value.data())),
          name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
  // NOLINTEND
}

ssize_t fill_stream(nghttp2_session*, std::int32_t, std::uint8_t* bytes, std::size_t size,
                    std::uint32_t* flags, nghttp2_data_source* source, void*) {
  return static_cast<Http2Stream*>(source->ptr)->fill({bytes, size}, *flags);
}

}  // namespace

Http2Stream::Http2Stream(std::shared_ptr<Shard> shard, Http2Connection& connection, std::int32_t id)
    : shard_(std::move(shard)),
      connection_(&connection),
      id_(id),
      header_(shard_->server().options.limits) {}

template <typename F>
void Http2Stream::perform(F f) {
  if (shard_->reactor().runs_here()) return f();
  if (shard_->server().is_stopped) return;
  boost::asio::post(shard_->reactor().context(),
                    [self = shared_from_this(), f = std::move(f)]() mutable { f(); });
}

// Not within the call that is running, which is one of the reactor's thread.
template <typename Then, typename Value>
void Http2Stream::later(Then then, Value value) {
  boost::asio::post(shard_->reactor().context(),
                    [self = shared_from_this(), then = std::move(then),
                     value = std::move(value)]() mutable { then(std::move(value)); });
}

// ---- The request.

// What comes behind a header that is not whole can not be read, so there is no answer but the end.
void Http2Stream::refuse_head(unsigned status, std::string_view why) {
  Request request;
  std::ignore = header_.finish(request);
  request.is_secure = connection_->transport().is_secure();
  request.peer = connection_->peer();
  shard_->server().handler.refused(request, Response::text(status, why));
  connection_->end_session(NGHTTP2_ENHANCE_YOUR_CALM);
}

void Http2Stream::on_head(bool is_whole) {
  Request request;
  has_head_ = true;
  is_body_done_ = is_whole;
  is_continue_due_ = !is_whole && header_.wants_continue();
  is_head_ = false;
  const auto failure = header_.finish(request);
  request.is_whole = is_whole;
  request.is_secure = connection_->transport().is_secure();
  request.peer = connection_->peer();
  auto& handler = shard_->server().handler;
  if (failure) {
    auto answer = Response::text(failure->status, failure->why);
    handler.refused(request, answer);
    return respond(kExchange, std::move(answer));
  }
  is_head_ = request.method == "HEAD";
  handler.handle(std::move(request), Responder(shared_from_this(), kExchange));
}

// What was not granted to the client anew is so when it has been read.
void Http2Stream::on_data(std::string_view bytes) {
  is_continue_due_ = false;
  received_ += bytes.size();
  if (is_dropped_ || is_answered_ || broken_) return take(bytes.size());
  piece_.append(bytes);
  if (then_read_) schedule_piece();
}

void Http2Stream::on_end() {
  is_body_done_ = true;
  if (then_read_) schedule_piece();
}

void Http2Stream::take(std::size_t count) {
  auto* session = connection_->session_.get();
  if (is_closed_) {
    nghttp2_session_consume_connection(session, count);
  } else {
    nghttp2_session_consume(session, id_, count);
  }
  connection_->schedule_pump();
}

void Http2Stream::want_body() {
  if (!std::exchange(is_continue_due_, false) || is_begun_) return;
  const auto status = field(":status", "100");
  nghttp2_submit_headers(connection_->session_.get(), NGHTTP2_FLAG_NONE, id_, nullptr, &status, 1,
                         nullptr);
  connection_->schedule_pump();
}

void Http2Stream::read(Exchange, BodyReader::Then then) {
  perform([this, then = std::move(then)]() mutable {
    if (is_over()) {
      const auto why = is_answered_ ? kAnswered : kGone;
      return later(std::move(then), Error(Code::Stopping, why));
    }
    then_read_ = std::move(then);
    want_body();
    schedule_piece();
  });
}

void Http2Stream::schedule_piece() {
  if (std::exchange(is_piece_scheduled_, true)) return;
  boost::asio::post(shard_->reactor().context(), [self = shared_from_this(), this] {
    is_piece_scheduled_ = false;
    if (!then_read_ || is_over()) return;
    if (piece_.empty() && !is_body_done_ && !broken_) return;
    auto then = std::exchange(then_read_, nullptr);
    if (piece_.empty() && broken_) return then(*broken_);
    auto piece = std::exchange(piece_, {});
    take(piece.size());
    then(std::move(piece));
  });
}

void Http2Stream::drop_body(Exchange) {
  perform([this] {
    is_dropped_ = true;
    if (is_closed_ || piece_.empty()) return;
    take(std::exchange(piece_, {}).size());
  });
}

// There will be no more of the body, as its reader hears.
void Http2Stream::break_body(Code code, std::string_view why) {
  broken_ = Error(code, std::string(why));
  if (then_read_) schedule_piece();
}

void Http2Stream::on_close(bool is_complete) {
  if (std::exchange(is_closed_, true)) return;
  out_.clear();
  if (!piece_.empty() && !connection_->is_closed()) take(std::exchange(piece_, {}).size());
  const Error gone(Code::Stopping, kGone);
  if (auto then = std::exchange(then_read_, nullptr)) {
    later(std::move(then), broken_.value_or(gone));
  }
  for (auto& then : std::exchange(then_written_, {})) later(std::move(then), gone);
  auto departure = std::exchange(departure_, std::stop_source(std::nostopstate));
  if (!is_complete || !is_answered_) departure.request_stop();
}

std::stop_token Http2Stream::departure(Exchange) {
  if (is_over()) return {};
  if (!departure_.stop_possible()) departure_ = std::stop_source();
  return departure_.get_token();
}

// ---- The response.

void Http2Stream::respond(Exchange, Response response) {
  perform([this, response = std::move(response)]() mutable {
    if (is_over() || is_begun_) return;
    const auto size = response.body_size();
    const bool has_body = !is_head_ && !net::has_no_body(response.status) && size > 0;
    if (has_body) add(std::move(response.body));
    is_answered_ = true;
    send_head(response, size, has_body);
    if (!has_body) stop_body();
    finish();
  });
}

void Http2Stream::begin(Exchange, Response head, std::optional<std::uint64_t> size) {
  perform([this, head = std::move(head), size] {
    if (is_over() || is_begun_) return;
    is_begun_ = true;
    has_no_body_ = is_head_ || net::has_no_body(head.status);
    left_ = size;
    send_head(head, size, !has_no_body_);
  });
}

void Http2Stream::send_head(const Response& head, std::optional<std::uint64_t> size,
                            bool has_body) {
  const auto status = std::to_string(head.status);
  const auto length = size ? std::to_string(*size) : std::string();
  std::string names;  // In lower case, one behind the other.
  for (const auto [name, value] : head.headers) names += lower_case(name);
  std::vector<nghttp2_nv> fields;
  fields.push_back(field(":status", status));
  std::size_t begin = 0;
  for (const auto [name, value] : head.headers) {
    const auto lower = std::string_view(names).substr(begin, name.size());
    begin += name.size();
    if (!is_written_by_server(lower)) fields.push_back(field(lower, value));
  }
  fields.push_back(field("date", shard_->date()));
  if (size && !net::has_no_body(head.status)) fields.push_back(field("content-length", length));
  nghttp2_data_provider body{{.ptr = this}, fill_stream};
  if (nghttp2_submit_response(connection_->session_.get(), id_, fields.data(), fields.size(),
                              has_body ? &body : nullptr) != 0) {
    return reset(NGHTTP2_INTERNAL_ERROR);
  }
  connection_->schedule_pump();
}

void Http2Stream::add(ResponseBody body) {
  if (auto* bytes = std::get_if<std::string>(&body)) {
    out_.emplace_back(std::move(*bytes));
  } else if (auto* file = std::get_if<std::unique_ptr<vfs::File>>(&body)) {
    const auto size = (*file)->size();
    out_.emplace_back(FilePart{std::move(*file), 0, size});
  } else {
    for (auto& part : std::get<std::vector<BodyPart>>(body)) out_.push_back(std::move(part));
  }
}

void Http2Stream::write(Exchange, std::string bytes, BodyWriter::Then then) {
  perform([this, bytes = std::move(bytes), then = std::move(then)]() mutable {
    if (is_over() || !is_begun_) return later(std::move(then), Error(Code::Stopping, kGone));
    then_written_.push_back(std::move(then));
    if (!has_no_body_) {
      if (left_ && bytes.size() > *left_) return reset(NGHTTP2_INTERNAL_ERROR);
      if (left_) *left_ -= bytes.size();
      if (!bytes.empty()) out_.emplace_back(std::move(bytes));
    }
    if (!out_.empty()) return resume();
    for (auto& written : std::exchange(then_written_, {})) later(std::move(written), Result<>());
  });
}

void Http2Stream::end(Exchange) {
  perform([this] {
    if (is_over() || !is_begun_) return;
    if (!has_no_body_ && left_.value_or(0) != 0) return reset(NGHTTP2_INTERNAL_ERROR);
    is_answered_ = true;
    resume();
    finish();
  });
}

void Http2Stream::abort(Exchange) {
  perform([this] {
    if (!is_over()) reset(NGHTTP2_INTERNAL_ERROR);
  });
}

void Http2Stream::resume() {
  if (std::exchange(is_deferred_, false)) {
    nghttp2_session_resume_data(connection_->session_.get(), id_);
  }
  connection_->schedule_pump();
}

void Http2Stream::reset(std::uint32_t error) {
  is_given_up_ = true;
  nghttp2_submit_rst_stream(connection_->session_.get(), NGHTTP2_FLAG_NONE, id_, error);
  connection_->schedule_pump();
}

// The response is complete, but for what waits to be sent. Nobody reads the body any more.
void Http2Stream::finish() {
  if (!piece_.empty()) take(std::exchange(piece_, {}).size());
  if (auto then = std::exchange(then_read_, nullptr)) {
    later(std::move(then), Error(Code::Stopping, kAnswered));
  }
}

// The end of the response is about to be sent: a client that is still sending a body, which nobody
// reads, may stop then.
void Http2Stream::stop_body() {
  if (is_body_done_) return;
  boost::asio::post(shard_->reactor().context(), [self = shared_from_this(), this] {
    if (!is_closed_) reset(NGHTTP2_NO_ERROR);
  });
}

ssize_t Http2Stream::fill(std::span<std::uint8_t> into, std::uint32_t& flags) {
  std::size_t filled = 0;
  while (filled < into.size() && !out_.empty()) {
    const auto rest = into.subspan(filled);
    const auto left = size_of(out_.front()) - out_sent_;
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(rest.size(), left));
    if (const auto* bytes = std::get_if<std::string>(&out_.front())) {
      std::memcpy(rest.data(), bytes->data() + out_sent_, count);
    } else if (count > 0) {
      const auto& part = std::get<FilePart>(out_.front());
      const auto read =
          part.file->read(part.begin + out_sent_, std::as_writable_bytes(rest.first(count)));
      if (!read || *read != count) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }
    filled += count;
    out_sent_ += count;
    if (count < left) continue;
    out_.pop_front();
    out_sent_ = 0;
  }
  sent_ += filled;
  if (out_.empty()) {
    for (auto& then : std::exchange(then_written_, {})) later(std::move(then), Result<>());
    if (is_answered_) {
      flags |= NGHTTP2_DATA_FLAG_EOF;
      stop_body();
    } else if (filled == 0) {
      is_deferred_ = true;
      return NGHTTP2_ERR_DEFERRED;
    }
  }
  return static_cast<ssize_t>(filled);
}

void Http2Stream::on_tick() {
  if (!has_head_) {  // Until it is whole, nghttp2 reads nothing else of the client.
    if (std::exchange(is_head_late_, true)) refuse_head(408, "the header took too long");
    return;
  }
  const bool is_receiving = then_read_ && !is_body_done_ && !broken_;
  const bool is_sending = !out_.empty();
  const bool is_stalled = std::exchange(was_sending_, is_sending) && is_sending && sent_ == 0;
  const bool is_slow =
      std::exchange(was_receiving_, is_receiving) && is_receiving && received_ < kBodyStep;
  received_ = sent_ = 0;
  if (is_stalled) return reset(NGHTTP2_CANCEL);
  if (is_slow) break_body(Code::TimedOut, "the body took too long");
}

}  // namespace hermes::net
