#pragma once

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "testing/http_client.h"

namespace hermes::testing {

/// A connection of HTTP/2 to a server of this machine, frame by frame, so that it can also do what
/// no client should.
class Http2Client {
 public:
  using Fields = std::vector<std::pair<std::string, std::string>>;

  /// The types of frames, as RFC 9113 numbers them.
  enum Type : std::uint8_t {
    Data = 0,
    Headers = 1,
    Priority = 2,
    ResetStream = 3,
    Settings = 4,
    Ping = 6,
    GoAway = 7,
    WindowUpdate = 8,
    Continuation = 9,
  };
  static constexpr std::uint8_t kEndStream = 1;
  static constexpr std::uint8_t kAck = 1;
  static constexpr std::uint8_t kEndHeaders = 4;

  struct Frame {
    std::uint8_t type = 0xff;  // None came.
    std::uint8_t flags = 0;
    std::uint32_t stream = 0;
    std::string payload = {};
  };
  struct Answer {
    unsigned status = 0;  // 0 where none came in full.
    std::map<std::string, std::string> headers = {};
    std::string body = {};
    std::optional<std::uint32_t> reset = std::nullopt;  // The error, if the stream was.
  };

  /// `acknowledges`: the settings of the server.
  explicit Http2Client(std::uint16_t port, bool acknowledges = true) : client_(port) {
    nghttp2_hd_inflate_new(&inflater_);
    client_.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    send(Settings, 0, 0, "");
    const auto head = client_.take_exactly(9);  // Of the server's settings, which hold from now on.
    client_.take_exactly(value(head.substr(0, std::min<std::size_t>(head.size(), 3))));
    if (acknowledges) send(Settings, kAck, 0, "");
  }
  Http2Client(const Http2Client&) = delete;
  Http2Client& operator=(const Http2Client&) = delete;
  ~Http2Client() { nghttp2_hd_inflate_del(inflater_); }

  HttpClient& socket() { return client_; }

  /// False once the server has closed.
  bool send(std::uint8_t type, std::uint8_t flags, std::uint32_t stream, std::string_view payload) {
    std::string frame = number(payload.size(), 3);
    frame += static_cast<char>(type);
    frame += static_cast<char>(flags);
    frame += number(stream, 4);
    return client_.send(frame.append(payload));
  }

  /// In the plainest encoding of HPACK.
  static std::string encode(const Fields& fields) {
    std::string block;
    for (const auto& [name, value] : fields) {
      block += '\0';
      block += length(name.size());
      block += name;
      block += length(value.size());
      block += value;
    }
    return block;
  }

  static Fields get(std::string path) {
    return {
        {":method", "GET"}, {":scheme", "http"}, {":authority", "a"}, {":path", std::move(path)}};
  }
  static Fields put(std::string path) {
    return {
        {":method", "PUT"}, {":scheme", "http"}, {":authority", "a"}, {":path", std::move(path)}};
  }

  void request(std::uint32_t stream, const Fields& fields, bool is_end = true) {
    send(Headers, kEndHeaders | (is_end ? kEndStream : 0), stream, encode(fields));
  }

  /// The next frame; settings of the server and pings are answered meanwhile.
  Frame receive() {
    while (true) {
      const auto frame = receive_any();
      const bool is_ours = frame.type == Settings || frame.type == Ping;
      if (is_ours && (frame.flags & kAck) == 0) {
        send(frame.type, kAck, 0, frame.type == Ping ? frame.payload : "");
        continue;
      }
      if (frame.type == Settings || frame.type == WindowUpdate) continue;
      return frame;
    }
  }

  /// The next frame, whatever it is.
  Frame receive_any() {
    const auto head = client_.take_exactly(9);
    if (head.size() < 9) return {};
    Frame frame{static_cast<std::uint8_t>(head[3]), static_cast<std::uint8_t>(head[4]),
                static_cast<std::uint32_t>(value(head.substr(5)))};
    frame.payload = client_.take_exactly(value(head.substr(0, 3)));
    return frame;
  }

  /// The next frame, which has the header of an answer that is not the last word.
  Answer informed() {
    Answer answer;
    const auto frame = receive();
    if (frame.type == Headers && (frame.flags & kEndStream) == 0) decode(frame, answer);
    return answer;
  }

  /// What comes of a stream until its end; what is of others goes unheard. Grants all that it gets
  /// anew.
  Answer answer(std::uint32_t stream) {
    Answer answer;
    while (true) {
      const auto frame = receive();
      if (frame.type == 0xff) return {};
      if (frame.type == Headers) decode(frame, frame.stream == stream ? answer : other_);
      if (frame.stream != stream) continue;
      if (frame.type == ResetStream)
        answer.reset = static_cast<std::uint32_t>(value(frame.payload));
      if (frame.type == ResetStream) return answer;
      if (frame.type == Data && !frame.payload.empty()) {
        answer.body += frame.payload;
        send(WindowUpdate, 0, 0, number(frame.payload.size(), 4));
        if ((frame.flags & kEndStream) == 0) {
          send(WindowUpdate, 0, stream, number(frame.payload.size(), 4));
        }
      }
      if ((frame.flags & kEndStream) != 0 && answer.status >= 200) return answer;
    }
  }

  /// The error of the GOAWAY that comes, whatever comes before it; nullopt if none does.
  std::optional<std::uint32_t> goaway() {
    while (true) {
      const auto frame = receive();
      if (frame.type == 0xff) return std::nullopt;
      if (frame.type == GoAway)
        return static_cast<std::uint32_t>(value(frame.payload.substr(4, 4)));
    }
  }

  static std::string number(std::size_t value, std::size_t bytes) {
    std::string text;
    for (std::size_t i = bytes; i-- > 0;) text += static_cast<char>(value >> (8 * i) & 0xff);
    return text;
  }

  static std::size_t value(std::string_view bytes) {
    std::size_t value = 0;
    for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
    return value;
  }

 private:
  // An integer of HPACK with a prefix of seven bits.
  static std::string length(std::size_t size) {
    if (size < 127) return std::string(1, static_cast<char>(size));
    std::string text(1, 127);
    size -= 127;
    for (; size >= 128; size >>= 7) text += static_cast<char>(size % 128 + 128);
    return text += static_cast<char>(size);
  }

  void decode(const Frame& frame, Answer& answer) {
    auto rest = frame.payload;
    auto* in = reinterpret_cast<const std::uint8_t*>(rest.data());
    auto left = rest.size();
    while (true) {
      nghttp2_nv field;
      int flags = 0;
      const auto used = nghttp2_hd_inflate_hd2(inflater_, &field, &flags, in, left, 1);
      if (used < 0) return;
      in += used;
      left -= static_cast<std::size_t>(used);
      if ((flags & NGHTTP2_HD_INFLATE_EMIT) != 0) {
        const std::string name(reinterpret_cast<char*>(field.name), field.namelen);
        answer.headers[name] = {reinterpret_cast<char*>(field.value), field.valuelen};
      }
      if ((flags & NGHTTP2_HD_INFLATE_FINAL) != 0) break;
    }
    nghttp2_hd_inflate_end_headers(inflater_);
    answer.status = static_cast<unsigned>(std::atoi(answer.headers[":status"].c_str()));
  }

  HttpClient client_;
  nghttp2_hd_inflater* inflater_ = nullptr;
  Answer other_ = {};
};

}  // namespace hermes::testing
