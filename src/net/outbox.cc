#include "net/outbox.h"

#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>
#include <utility>

namespace hermes::net {
namespace {

constexpr std::size_t kCopied = std::size_t{4} << 10;  // A smaller body is cheaper to copy.
constexpr std::size_t kKept = std::size_t{16} << 10;   // Of memory, between responses.
constexpr std::size_t kChunk = std::size_t{64} << 10;
constexpr std::uint64_t kTurn = std::uint64_t{1} << 20;  // Of a file, before others have a turn.

}  // namespace

void Outbox::add(std::string body) {
  if (body.size() <= kCopied) {
    text_.append(body);
  } else {
    body_ = std::move(body);
  }
}

void Outbox::add(std::unique_ptr<vfs::File> body) {
  if (body && body->size() > 0) file_ = std::move(body);
}

Outbox::Sent Outbox::send_to(int socket) {
  if (const auto sent = send_bytes(socket); sent != Sent::All) return sent;
  if (file_) {
    if (const auto sent = send_file(socket); sent != Sent::All) return sent;
  }
  clear();
  return Sent::All;
}

Outbox::Sent Outbox::send_bytes(int socket) {
  const auto size = text_.size() + body_.size();
  while (sent_ < size) {
    std::array<iovec, 2> parts;
    std::size_t count = 0;
    if (sent_ < text_.size()) parts[count++] = {text_.data() + sent_, text_.size() - sent_};
    const auto of_body = sent_ - std::min(sent_, text_.size());
    if (!body_.empty()) parts[count++] = {body_.data() + of_body, body_.size() - of_body};
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = count;
    const int more = file_ && file_sent_ < file_->size() ? MSG_MORE : 0;
    const auto sent = ::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT | more);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return errno == EAGAIN ? Sent::Blocked : Sent::Failed;
    sent_ += static_cast<std::size_t>(sent);
  }
  return Sent::All;
}

Outbox::Sent Outbox::send_file(int socket) {
  if (file_->descriptor() >= 0) return send_descriptor(socket);
  const auto end = std::min(file_->size(), file_sent_ + kTurn);
  while (file_sent_ < end) {
    text_.resize(std::min<std::uint64_t>(kChunk, file_->size() - file_sent_));
    sent_ = 0;
    const auto read = file_->read(file_sent_, std::as_writable_bytes(std::span(text_)));
    if (!read || *read == 0) return Sent::Failed;
    text_.resize(*read);
    file_sent_ += *read;
    if (const auto sent = send_bytes(socket); sent != Sent::All) return sent;
  }
  return file_sent_ == file_->size() ? Sent::All : Sent::Blocked;
}

Outbox::Sent Outbox::send_descriptor(int socket) {
  const auto end = std::min(file_->size(), file_sent_ + kTurn);
  while (file_sent_ < end) {
    auto offset = static_cast<off_t>(file_sent_);
    const auto sent = ::sendfile(socket, file_->descriptor(), &offset, end - file_sent_);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return errno == EAGAIN ? Sent::Blocked : Sent::Failed;
    if (sent == 0) return Sent::Failed;
    file_sent_ += static_cast<std::uint64_t>(sent);
  }
  return file_sent_ == file_->size() ? Sent::All : Sent::Blocked;
}

void Outbox::clear() {
  text_.clear();
  if (text_.capacity() > kKept) text_.shrink_to_fit();
  body_ = {};
  file_.reset();
  sent_ = 0;
  file_sent_ = 0;
}

}  // namespace hermes::net
