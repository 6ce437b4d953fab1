#pragma once

#include <openssl/ssl.h>
#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "net/response.h"
#include "net/server_tls.h"

namespace hermes::net {

/// The bytes of a socket that does not block, as they are or through TLS. Used by one thread at a
/// time. The socket outlives it. The process ignores SIGPIPE.
class Transport {
 public:
  enum class Status : std::uint8_t {
    Done,
    Blocked,       // Until the socket can be read, when reading; can be written, when sending.
    BlockedOther,  // The other way round: TLS has a message of its own to send or to wait for.
    Ended,         // The peer sends nothing more.
    Failed,
  };
  struct Moved {
    Status status;
    std::size_t count = 0;  // Where it is Done; more than none.
  };

  explicit Transport(int socket) : socket_(socket) {}

  /// As the server of TLS, unless `tls` is null; the handshake comes with what is read first.
  Transport(int socket, std::shared_ptr<const ServerTls> tls);

  Moved read(std::span<char> into);

  /// Sends from the front of `parts`; with `more` behind them, waits to fill a packet.
  Moved send(std::span<const iovec> parts, bool more);

  /// Whether `send_file` works: sendfile for a file with a descriptor, and no TLS.
  bool can_send_file(const FilePart& part) const;

  /// From `offset` of the part.
  Moved send_file(const FilePart& part, std::uint64_t offset, std::size_t most);

  /// Tells the peer of TLS that nothing more comes.
  void end();

  bool is_secure() const { return tls_ != nullptr; }

  /// Whether TLS holds bytes that were read from the socket, which will not tell of them again.
  bool has_pending() const;

  /// Whether it can carry HTTP: the handshake of TLS is over.
  bool is_ready() const;

  /// What was agreed on in the handshake: "h2"; empty if nothing.
  std::string_view protocol() const;

 private:
  struct Free {
    void operator()(SSL* tls) const { SSL_free(tls); }
  };

  Moved result_of(int returned, std::size_t count, int direction);

  int socket_;
  std::shared_ptr<const ServerTls> certificates_ = nullptr;
  std::unique_ptr<SSL, Free> tls_ = nullptr;
};

}  // namespace hermes::net
