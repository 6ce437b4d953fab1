#pragma once

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>

#include "net/closed_streams.h"
#include "net/connection.h"
#include "net/flood_meter.h"
#include "net/frame_heads.h"

namespace hermes::net {

class Http2Stream;

/// A client of HTTP/2. nghttp2 reads and writes the frames; each request is an Http2Stream.
class Http2Connection final : public Connection {
 public:
  explicit Http2Connection(Parts parts);
  ~Http2Connection() override;

  void start() override;
  void quiesce() override;

 private:
  friend class Http2Stream;  // It is this connection's, and uses its session.
  friend struct Http2Callbacks;

  /// What the deadline is for.
  enum class Wait : std::uint8_t { Nothing, Settings, Request, Tick, Write };

  struct Free {
    void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
  };

  void on_input() override;
  void on_room() override;
  void on_deadline() override;
  void on_close() override;

  void pump();
  void schedule_pump();
  void set_wait();
  void end_session(std::uint32_t error);

  bool feed(std::string_view bytes);
  bool on_frame_head(const FrameHead& head);

  // What nghttp2 calls while it reads; the status is one of its own.
  int on_begin_headers(std::int32_t id);
  int on_header(std::int32_t id, std::string_view name, std::string_view value, bool is_request);
  int on_frame(const nghttp2_frame& frame);
  int on_data(std::int32_t id, std::string_view bytes);
  int on_stream_close(std::int32_t id, std::uint32_t error);
  Http2Stream* find(std::int32_t id);
  bool is_flood(const nghttp2_frame& frame);

  std::unique_ptr<nghttp2_session, Free> session_;
  std::unordered_map<std::int32_t, std::shared_ptr<Http2Stream>> streams_;
  FrameHeads heads_;
  ClosedStreams closed_;
  std::int32_t last_stream_ = 0;  // The highest that the client wanted to open.
  std::int32_t opening_ = 0;      // That one, until it is known whether it is refused.
  FloodMeter resets_;
  FloodMeter controls_;
  bool is_reading_frames_ = false;
  bool is_pump_scheduled_ = false;
  bool has_settings_ = false;  // The client's have come.
  bool is_going_away_ = false;
  Wait wait_ = Wait::Nothing;
};

}  // namespace hermes::net
