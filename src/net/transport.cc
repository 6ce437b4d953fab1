#include "net/transport.h"

#include <openssl/err.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace hermes::net {
namespace {

constexpr std::size_t kRecord = std::size_t{16} << 10;  // The most that fits into one of TLS.

Transport::Moved result_of_call(ssize_t returned) {
  if (returned > 0) return {Transport::Status::Done, static_cast<std::size_t>(returned)};
  if (returned == 0) return {Transport::Status::Ended};
  const bool is_blocked = errno == EAGAIN || errno == EWOULDBLOCK;
  return {is_blocked ? Transport::Status::Blocked : Transport::Status::Failed};
}

template <typename Call>
ssize_t uninterrupted(Call&& call) {
  while (true) {
    const ssize_t returned = call();
    if (returned >= 0 || errno != EINTR) return returned;
  }
}

}  // namespace

Transport::Transport(int socket, std::shared_ptr<const ServerTls> tls)
    : socket_(socket), certificates_(std::move(tls)) {
  if (!certificates_) return;
  tls_.reset(SSL_new(certificates_->context()));
  if (!tls_ || SSL_set_fd(tls_.get(), socket) != 1) {
    socket_ = -1;  // Without memory: nothing moves.
    tls_.reset();
    return;
  }
  SSL_set_accept_state(tls_.get());
}

Transport::Moved Transport::read(std::span<char> into) {
  if (!tls_) {
    return result_of_call(
        uninterrupted([&] { return ::recv(socket_, into.data(), into.size(), MSG_DONTWAIT); }));
  }
  ERR_clear_error();
  std::size_t count = 0;
  const int returned = SSL_read_ex(tls_.get(), into.data(), into.size(), &count);
  return result_of(returned, count, SSL_ERROR_WANT_READ);
}

Transport::Moved Transport::send(std::span<const iovec> parts, bool more) {
  if (!tls_) {
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(parts.data());  // NOLINT: sendmsg does not change it.
    message.msg_iovlen = parts.size();
    const int flags = MSG_NOSIGNAL | MSG_DONTWAIT | (more ? MSG_MORE : 0);
    return result_of_call(uninterrupted([&] { return ::sendmsg(socket_, &message, flags); }));
  }
  ERR_clear_error();
  std::size_t count = 0;
  if (parts.size() == 1 || parts.front().iov_len >= kRecord) {
    const auto& part = parts.front();
    const int returned = SSL_write_ex(tls_.get(), part.iov_base, part.iov_len, &count);
    return result_of(returned, count, SSL_ERROR_WANT_WRITE);
  }
  std::array<char, kRecord> record;  // One of TLS, and one packet, for what is small.
  std::size_t size = 0;
  for (const auto& part : parts) {
    const auto taken = std::min(part.iov_len, record.size() - size);
    std::memcpy(record.data() + size, part.iov_base, taken);
    size += taken;
  }
  const int returned = SSL_write_ex(tls_.get(), record.data(), size, &count);
  return result_of(returned, count, SSL_ERROR_WANT_WRITE);
}

Transport::Moved Transport::result_of(int returned, std::size_t count, int direction) {
  if (returned == 1) return {Status::Done, count};
  const int error = SSL_get_error(tls_.get(), returned);
  if (error == direction) return {Status::Blocked};
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return {Status::BlockedOther};
  return {error == SSL_ERROR_ZERO_RETURN ? Status::Ended : Status::Failed};
}

bool Transport::can_send_file(const FilePart& part) const {
  return !tls_ && part.file->descriptor() >= 0;
}

Transport::Moved Transport::send_file(const FilePart& part, std::uint64_t offset,
                                      std::size_t most) {
  auto position = static_cast<off_t>(part.begin + offset);
  const auto moved = result_of_call(
      uninterrupted([&] { return ::sendfile(socket_, part.file->descriptor(), &position, most); }));
  return moved.status == Status::Ended ? Moved{Status::Failed} : moved;  // The file is shorter.
}

void Transport::end() {
  if (!tls_ || !is_ready()) return;
  ERR_clear_error();
  SSL_shutdown(tls_.get());
}

bool Transport::has_pending() const {
  return tls_ && SSL_has_pending(tls_.get()) == 1;
}

bool Transport::is_ready() const {
  return !tls_ || SSL_is_init_finished(tls_.get()) == 1;
}

std::string_view Transport::protocol() const {
  if (!tls_) return {};
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(tls_.get(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

}  // namespace hermes::net
