#pragma once

// How a handler answers a request, whatever version of HTTP it came by.
//
// All at once:
//
//   std::ignore = responder.respond({.body = "hello\n"});
//
// In pieces, each way as fast as the slower side takes it:
//
//   auto body = responder.body();
//   auto writer = TRY(responder.begin({.status = 200}));
//   body.read([](Result<std::string> piece) { … });            // Empty: that was all of it.
//   writer.write("data: 1\n\n", [](Result<> written) { … });   // May write the next piece.
//   writer.end();

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "base/unique_function.h"
#include "net/request.h"
#include "net/response.h"

namespace hermes::net {

class Responder;
class ServerStream;

/// The body of a request as it arrives. What is not read is not taken from the client, who has to
/// wait. Used by one thread at a time, whichever.
///
/// To drop it says that the rest of the body is of no use: with HTTP/1.1 the connection then ends
/// with the response.
class BodyReader {
 public:
  /// A piece of at most 64 KiB; empty at the end. An error if the client goes away, takes too long
  /// or sends what is no body, and once the request has been answered in full; likewise forever.
  using Then = UniqueFunction<void(Result<std::string>)>;

  BodyReader() = default;
  BodyReader(std::shared_ptr<ServerStream> stream, std::uint64_t exchange);
  BodyReader(BodyReader&&) noexcept = default;
  BodyReader& operator=(BodyReader&& other) noexcept;
  ~BodyReader();

  /// Asks for the next piece; not again before `then` has run. It runs once, on the reactor's
  /// thread and not within this call; never if the server has been stopped: it is destroyed then.
  void read(Then then);

 private:
  std::shared_ptr<ServerStream> stream_;
  std::uint64_t exchange_ = 0;
};

/// The body of a response that is under way. Used by one thread at a time, whichever. To drop it
/// before its `end` tells the client that the response is broken.
class BodyWriter {
 public:
  /// An error: the client is gone, and nothing more has to be written.
  using Then = UniqueFunction<void(Result<>)>;

  BodyWriter() = default;
  BodyWriter(std::shared_ptr<ServerStream> stream, std::uint64_t exchange);
  BodyWriter(BodyWriter&&) noexcept = default;
  BodyWriter& operator=(BodyWriter&& other) noexcept;
  ~BodyWriter();

  /// Writes a piece of any size. `then` runs when there is room for the next: once, on the
  /// reactor's thread and not within this call; never if the server has been stopped: it is
  /// destroyed then. What is written earlier has to be kept in memory.
  void write(std::string bytes, Then then);

  /// The body is complete. Of one that is shorter or longer than was said, the client is told that
  /// it is broken.
  void end();

 private:
  std::shared_ptr<ServerStream> stream_;
  std::uint64_t exchange_ = 0;
};

/// The right to answer one request, once, from any thread. To drop it unused answers 500.
class Responder {
 public:
  Responder(std::shared_ptr<ServerStream> stream, std::uint64_t exchange);
  Responder(Responder&&) noexcept = default;
  Responder& operator=(Responder&& other) noexcept;
  ~Responder();

  /// In HttpHandler::handle, of a request that is not whole: its body in pieces.
  BodyReader body();

  /// Sends the response, or fails where `Response::check` does: nothing is sent then, and it can be
  /// called again. Of a client that is gone, nothing is heard here.
  Result<> respond(Response response);

  /// Sends the header of the response, whose body is to be written; fails likewise. `size`: of the
  /// whole body, where it is known. What is written for a HEAD, or with a status that has no body,
  /// goes nowhere.
  Result<BodyWriter> begin(Response head, std::optional<std::uint64_t> size = std::nullopt);

  /// Asked to stop, on the reactor's thread, when the client goes away before it has been answered
  /// in full. To be taken on the reactor's thread: in HttpHandler::handle.
  ///
  /// A client that only ends its own side of the connection is still there and is answered: seen
  /// from here, to close a socket in peace looks the same, until something is sent.
  std::stop_token departure();

 private:
  std::shared_ptr<ServerStream> stream_;
  std::uint64_t exchange_;
};

}  // namespace hermes::net
