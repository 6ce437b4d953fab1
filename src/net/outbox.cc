#include "net/outbox.h"

#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace hermes::net {
namespace {

constexpr std::size_t kCopied = std::size_t{4} << 10;  // What is smaller is cheaper to copy.
constexpr std::size_t kKept = std::size_t{16} << 10;   // Of memory, between responses.
constexpr std::size_t kChunk = std::size_t{64} << 10;
constexpr std::size_t kMostPieces = 16;
constexpr std::uint64_t kTurn = std::uint64_t{1} << 20;  // Of a file, before others have a turn.

}  // namespace

void Outbox::add(std::string bytes) {
  if (parts_.empty() && bytes.size() <= kCopied) {
    text_.append(bytes);
  } else if (!bytes.empty()) {
    parts_.emplace_back(std::move(bytes));
  }
}

void Outbox::add(FilePart part) {
  if (part.file && part.size > 0) parts_.emplace_back(std::move(part));
}

void Outbox::add(ResponseBody body) {
  if (auto* bytes = std::get_if<std::string>(&body)) return add(std::move(*bytes));
  if (auto* file = std::get_if<std::unique_ptr<vfs::File>>(&body)) {
    const auto size = *file ? (*file)->size() : 0;
    return add(FilePart{std::move(*file), 0, size});
  }
  for (auto& part : std::get<std::vector<BodyPart>>(body)) {
    std::visit([this](auto& bytes) { add(std::move(bytes)); }, part);
  }
}

Outbox::Sent Outbox::send_to(Transport& transport) {
  while (true) {
    if (const auto sent = send_bytes(transport); sent != Sent::All) return sent;
    if (part_ == parts_.size()) break;
    if (const auto sent = send_file(transport, std::get<FilePart>(parts_[part_]));
        sent != Sent::All) {
      return sent;
    }
    ++part_;
    file_read_ = 0;
  }
  clear();
  return Sent::All;
}

// The text and the bytes behind it, up to the end or a file.
Outbox::Sent Outbox::send_bytes(Transport& transport) {
  while (true) {
    std::array<iovec, kMostPieces> pieces;
    std::size_t count = 0;
    auto skipped = sent_;
    if (!text_.empty()) {
      pieces[count++] = {text_.data() + skipped, text_.size() - skipped};
      skipped = 0;
    }
    auto part = part_;
    for (; part < parts_.size() && count < pieces.size(); ++part) {
      auto* bytes = std::get_if<std::string>(&parts_[part]);
      if (!bytes) break;
      pieces[count++] = {bytes->data() + skipped, bytes->size() - skipped};
      skipped = 0;
    }
    if (count == 0) return Sent::All;
    const auto moved = transport.send(std::span(pieces).first(count), part < parts_.size());
    if (moved.status == Transport::Status::Blocked) return Sent::Blocked;
    if (moved.status != Transport::Status::Done) return Sent::Failed;
    sent_ += moved.count;
    if (!text_.empty()) {
      if (sent_ < text_.size()) continue;
      sent_ -= text_.size();
      text_.clear();
    }
    while (part_ < parts_.size()) {
      auto* bytes = std::get_if<std::string>(&parts_[part_]);
      if (!bytes || sent_ < bytes->size()) break;
      sent_ -= bytes->size();
      *bytes = {};
      ++part_;
    }
  }
}

Outbox::Sent Outbox::send_file(Transport& transport, const FilePart& part) {
  if (transport.can_send_file(part)) return send_descriptor(transport, part);
  const auto end = std::min(part.size, file_read_ + kTurn);
  while (file_read_ < end) {
    text_.resize(std::min<std::uint64_t>(kChunk, part.size - file_read_));
    const auto read =
        part.file->read(part.begin + file_read_, std::as_writable_bytes(std::span(text_)));
    if (!read || *read == 0) return Sent::Failed;
    text_.resize(*read);
    file_read_ += *read;
    const bool is_last = file_read_ == part.size;
    if (is_last) return Sent::All;
    if (const auto sent = send_bytes(transport); sent != Sent::All) return sent;
  }
  return file_read_ == part.size ? Sent::All : Sent::Blocked;
}

Outbox::Sent Outbox::send_descriptor(Transport& transport, const FilePart& part) {
  const auto end = std::min(part.size, file_read_ + kTurn);
  while (file_read_ < end) {
    const auto moved = transport.send_file(part, file_read_, end - file_read_);
    if (moved.status == Transport::Status::Blocked) return Sent::Blocked;
    if (moved.status != Transport::Status::Done) return Sent::Failed;
    file_read_ += moved.count;
  }
  return file_read_ == part.size ? Sent::All : Sent::Blocked;
}

void Outbox::clear() {
  text_.clear();
  if (text_.capacity() > kKept) text_.shrink_to_fit();
  parts_.clear();
  part_ = 0;
  sent_ = 0;
  file_read_ = 0;
}

}  // namespace hermes::net
