#include "net/http2_connection.h"

#include <array>
#include <chrono>
#include <string_view>
#include <utility>
#include <vector>

#include "net/http2_stream.h"
#include "net/http_server.h"

namespace hermes::net {
namespace {

constexpr std::size_t kIdleInput = std::size_t{4} << 10;
constexpr std::size_t kInput = std::size_t{32} << 10;
constexpr std::uint32_t kStreams = 100;
constexpr std::uint32_t kStreamWindow = 256U << 10;
constexpr std::int32_t kConnectionWindow = 1 << 20;
constexpr std::uint32_t kTable = 4096;  // Of HPACK.

// Sent to one client before the others of its reactor have their turn.
constexpr std::size_t kTurn = std::size_t{1} << 20;

// What a client may do that costs us and moves nothing: resets, and frames about the connection.
constexpr double kResets = 200;
constexpr double kResetsPerSecond = 20;
constexpr double kControls = 1000;
constexpr double kControlsPerSecond = 50;

}  // namespace

// The functions that nghttp2 calls.
struct Http2Callbacks {
  static Http2Connection& of(void* connection) {
    return *static_cast<Http2Connection*>(connection);
  }
  static std::string_view text(const std::uint8_t* bytes, std::size_t size) {
    return {reinterpret_cast<const char*>(bytes), size};
  }

  static int begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* connection) {
    if (frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
    return of(connection).on_begin_headers(frame->hd.stream_id);
  }
  static int header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                    std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                    std::uint8_t, void* connection) {
    return of(connection)
        .on_header(frame->hd.stream_id, text(name, name_size), text(value, value_size),
                   frame->headers.cat == NGHTTP2_HCAT_REQUEST);
  }
  static int frame(nghttp2_session*, const nghttp2_frame* frame, void* connection) {
    return of(connection).on_frame(*frame);
  }
  static int data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes,
                  std::size_t size, void* connection) {
    return of(connection).on_data(id, text(bytes, size));
  }
  static int stream_close(nghttp2_session*, std::int32_t id, std::uint32_t error,
                          void* connection) {
    return of(connection).on_stream_close(id, error);
  }

  static nghttp2_session* open(Http2Connection& connection) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_option* option = nullptr;
    nghttp2_session* session = nullptr;
    if (nghttp2_session_callbacks_new(&callbacks) != 0) return nullptr;
    if (nghttp2_option_new(&option) == 0) {
      nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, begin_headers);
      nghttp2_session_callbacks_set_on_header_callback(callbacks, header);
      nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, frame);
      nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, data);
      nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, stream_close);
      nghttp2_option_set_no_auto_window_update(option, 1);
      nghttp2_option_set_no_closed_streams(option, 1);
      nghttp2_option_set_max_outbound_ack(option, 200);
      nghttp2_option_set_server_fallback_rfc7540_priorities(option, 0);
      nghttp2_session_server_new2(&session, callbacks, &connection, option);
      nghttp2_option_del(option);
    }
    nghttp2_session_callbacks_del(callbacks);
    return session;
  }
};

Http2Connection::Http2Connection(Parts parts)
    : Connection(std::move(parts)),
      session_(Http2Callbacks::open(*this)),
      heads_(NGHTTP2_CLIENT_MAGIC_LEN),
      resets_(kResets, kResetsPerSecond),
      controls_(kControls, kControlsPerSecond) {}

Http2Connection::~Http2Connection() = default;

void Http2Connection::start() {
  if (!session_) return close();
  const auto list = static_cast<std::uint32_t>(options().limits.header_bytes +
                                               32 * options().limits.header_count);
  const std::array<nghttp2_settings_entry, 4> settings{{
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, kStreams},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kStreamWindow},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, list},
      {NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, kTable},
  }};
  nghttp2_submit_settings(session_.get(), NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  nghttp2_session_set_local_window_size(session_.get(), NGHTTP2_FLAG_NONE, 0, kConnectionWindow);
  on_input();
}

// nghttp2 gets no head of a frame before all in front of it is done, so that it is judged by what
// the streams are then.
void Http2Connection::on_input() {
  const auto bytes = input_.bytes();
  std::size_t fed = 0;
  bool goes_on = true;
  is_reading_frames_ = true;
  heads_.read(bytes, [&](const FrameHead& head, std::size_t at) {
    if (head.type != NGHTTP2_HEADERS && head.type != NGHTTP2_DATA) return true;
    goes_on = feed(bytes.substr(fed, at - fed)) && on_frame_head(head);
    fed = at;
    return goes_on;
  });
  if (goes_on) feed(bytes.substr(fed));
  is_reading_frames_ = false;
  if (is_closed()) return;
  input_.consume(bytes.size());
  pump();
}

// Whether there is more to be read.
bool Http2Connection::feed(std::string_view bytes) {
  if (is_closed()) return false;
  if (bytes.empty()) return true;
  const auto read = nghttp2_session_mem_recv(
      session_.get(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  if (read >= 0 || is_closed()) return !is_closed();
  end_session(read == NGHTTP2_ERR_FLOODED ? NGHTTP2_ENHANCE_YOUR_CALM : NGHTTP2_PROTOCOL_ERROR);
  return false;
}

// nghttp2 skips what comes on a stream that is closed. It is an error, unless we closed or refused
// it and the client cannot have known.
bool Http2Connection::on_frame_head(const FrameHead& head) {
  if (const auto refused = std::exchange(opening_, 0)) closed_.add(refused, ClosedStreams::By::Us);
  if (head.stream > last_stream_) {
    if (head.type == NGHTTP2_HEADERS) last_stream_ = opening_ = head.stream;
    return true;
  }
  if (streams_.contains(head.stream)) return true;
  const auto by = closed_.find(head.stream);
  const bool is_unknown = by == ClosedStreams::By::Unknown && closed_.knows_all();
  if (by != ClosedStreams::By::Client && !is_unknown) return true;
  end_session(is_unknown ? NGHTTP2_PROTOCOL_ERROR : NGHTTP2_STREAM_CLOSED);
  return false;
}

void Http2Connection::end_session(std::uint32_t error) {
  nghttp2_session_terminate_session(session_.get(), error);
}

// Sends what nghttp2 has to send, as far as the socket takes it.
void Http2Connection::pump() {
  if (is_closed() || is_lingering() || is_reading_frames_) return;
  bool is_more = true;
  std::size_t sent = 0;
  while (is_more) {
    if ((is_going_away_ || has_ended()) && streams_.empty()) end_session(NGHTTP2_NO_ERROR);
    is_more = false;
    while (outbox_.has_room()) {
      const std::uint8_t* bytes = nullptr;
      const auto size = nghttp2_session_mem_send(session_.get(), &bytes);
      if (size < 0) return close();
      if (size == 0) break;
      outbox_.text().append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
      sent += static_cast<std::size_t>(size);
      is_more = true;
    }
    if (!flush()) return set_wait();
    if (sent < kTurn) continue;
    schedule_pump();
    break;
  }
  if (nghttp2_session_want_read(session_.get()) == 0 &&
      nghttp2_session_want_write(session_.get()) == 0) {
    return linger();
  }
  set_wait();
  if (has_ended()) return watch();
  read(streams_.empty() ? kIdleInput : kInput);
}

void Http2Connection::schedule_pump() {
  if (is_reading_frames_ || std::exchange(is_pump_scheduled_, true)) return;
  post([this] {
    is_pump_scheduled_ = false;
    pump();
  });
}

void Http2Connection::on_room() {
  wait_ = Wait::Nothing;
  pump();
}

// A client is told first that the end is near, and of the last request that is served when all that
// it had sent until then has come, as the answer to a ping tells.
void Http2Connection::quiesce() {
  if (is_closed() || is_lingering() || std::exchange(is_going_away_, true)) return;
  if (!streams_.empty()) {
    nghttp2_submit_shutdown_notice(session_.get());
    nghttp2_submit_ping(session_.get(), NGHTTP2_FLAG_NONE, nullptr);
  }
  pump();
}

void Http2Connection::on_close() {
  for (auto& [id, stream] : std::exchange(streams_, {})) stream->on_close(false);
}

// ---- Time.

void Http2Connection::set_wait() {
  if (is_closed() || is_lingering()) return;
  auto wait = streams_.empty() ? Wait::Request : Wait::Tick;
  if (!has_settings_) wait = Wait::Settings;
  if (is_blocked()) wait = Wait::Write;
  // What the client does with one stream is no reason to wait longer for the others.
  if (std::exchange(wait_, wait) == wait && wait != Wait::Request) return;
  switch (wait) {
    case Wait::Write:
      return set_deadline(options().write_timeout);
    case Wait::Settings:
      return set_deadline(options().header_timeout);
    case Wait::Request:
      return set_deadline(options().idle_timeout);
    case Wait::Tick:
    case Wait::Nothing:
      return set_deadline(options().body_timeout);
  }
}

void Http2Connection::on_deadline() {
  wait_ = Wait::Nothing;
  if (is_blocked() || !has_settings_) return close();
  if (streams_.empty()) {
    end_session(NGHTTP2_NO_ERROR);
    return pump();
  }
  std::vector<std::shared_ptr<Http2Stream>> all;
  for (const auto& [id, stream] : streams_) all.push_back(stream);
  for (const auto& stream : all) stream->on_tick();
  pump();
}

// ---- What nghttp2 reads.

Http2Stream* Http2Connection::find(std::int32_t id) {
  const auto found = streams_.find(id);
  return found == streams_.end() ? nullptr : found->second.get();
}

int Http2Connection::on_begin_headers(std::int32_t id) {
  opening_ = 0;
  streams_.emplace(id, std::make_shared<Http2Stream>(shard().shared_from_this(), *this, id));
  return 0;
}

int Http2Connection::on_header(std::int32_t id, std::string_view name, std::string_view value,
                               bool is_request) {
  auto* stream = find(id);
  if (!stream ||
      (is_request ? stream->header().add(name, value) : stream->header().count(name, value))) {
    return 0;
  }
  if (is_request) {
    stream->refuse_head(431, "the header is too large");
  } else {
    end_session(NGHTTP2_ENHANCE_YOUR_CALM);
  }
  return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
}

bool Http2Connection::is_flood(const nghttp2_frame& frame) {
  const auto now = std::chrono::steady_clock::now();
  switch (frame.hd.type) {
    case NGHTTP2_RST_STREAM:
      return !resets_.take(now);
    case NGHTTP2_SETTINGS:
    case NGHTTP2_PING:
    case NGHTTP2_PRIORITY:
      return !controls_.take(now);
    case NGHTTP2_DATA:
      return frame.hd.length == 0 && (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) == 0 &&
             !controls_.take(now);
    default:
      return false;
  }
}

int Http2Connection::on_frame(const nghttp2_frame& frame) {
  if (is_flood(frame)) {
    end_session(NGHTTP2_ENHANCE_YOUR_CALM);
    return 0;
  }
  has_settings_ |= frame.hd.type == NGHTTP2_SETTINGS;
  if (frame.hd.type == NGHTTP2_PING && (frame.hd.flags & NGHTTP2_FLAG_ACK) != 0 && is_going_away_) {
    const auto last = nghttp2_session_get_last_proc_stream_id(session_.get());
    nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE, last, NGHTTP2_NO_ERROR, nullptr, 0);
  }
  const auto found = streams_.find(frame.hd.stream_id);
  if (found == streams_.end()) return 0;
  const auto stream = found->second;  // It may be closed meanwhile.
  if (frame.hd.type == NGHTTP2_RST_STREAM) {
    stream->on_reset();
    return 0;
  }
  const bool is_end = (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  if (frame.hd.type == NGHTTP2_HEADERS && frame.headers.cat == NGHTTP2_HCAT_REQUEST) {
    stream->on_head(is_end);
  } else if (is_end && (frame.hd.type == NGHTTP2_HEADERS || frame.hd.type == NGHTTP2_DATA)) {
    stream->on_end();
  }
  return 0;
}

int Http2Connection::on_data(std::int32_t id, std::string_view bytes) {
  if (auto* stream = find(id)) {
    stream->on_data(bytes);
  } else {
    nghttp2_session_consume_connection(session_.get(), bytes.size());
  }
  return 0;
}

int Http2Connection::on_stream_close(std::int32_t id, std::uint32_t error) {
  if (const auto found = streams_.find(id); found != streams_.end()) {
    const auto stream = std::move(found->second);
    streams_.erase(found);
    using By = ClosedStreams::By;
    closed_.add(id, stream->is_ended_by_client() ? By::Client : By::Us);
    // One that nghttp2 resets costs as much as one that the client does, which is_flood counts.
    if (error != NGHTTP2_NO_ERROR && !stream->is_reset() &&
        !resets_.take(std::chrono::steady_clock::now())) {
      end_session(NGHTTP2_ENHANCE_YOUR_CALM);
    }
    stream->on_close(error == NGHTTP2_NO_ERROR);
  }
  return 0;
}

}  // namespace hermes::net
