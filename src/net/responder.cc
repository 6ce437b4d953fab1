#include "net/responder.h"

#include <tuple>
#include <utility>

#include "net/server_stream.h"

namespace hermes::net {

BodyReader::BodyReader(std::shared_ptr<ServerStream> stream, std::uint64_t exchange)
    : stream_(std::move(stream)), exchange_(exchange) {}

BodyReader& BodyReader::operator=(BodyReader&& other) noexcept {
  BodyReader gone(std::move(*this));
  stream_ = std::move(other.stream_);
  exchange_ = other.exchange_;
  return *this;
}

BodyReader::~BodyReader() {
  if (stream_) stream_->drop_body(exchange_);
}

void BodyReader::read(Then then) {
  stream_->read(exchange_, std::move(then));
}

BodyWriter::BodyWriter(std::shared_ptr<ServerStream> stream, std::uint64_t exchange)
    : stream_(std::move(stream)), exchange_(exchange) {}

BodyWriter& BodyWriter::operator=(BodyWriter&& other) noexcept {
  BodyWriter gone(std::move(*this));
  stream_ = std::move(other.stream_);
  exchange_ = other.exchange_;
  return *this;
}

BodyWriter::~BodyWriter() {
  if (stream_) stream_->abort(exchange_);
}

void BodyWriter::write(std::string bytes, Then then) {
  stream_->write(exchange_, std::move(bytes), std::move(then));
}

void BodyWriter::end() {
  if (auto stream = std::move(stream_)) stream->end(exchange_);
}

Responder::Responder(std::shared_ptr<ServerStream> stream, std::uint64_t exchange)
    : stream_(std::move(stream)), exchange_(exchange) {}

Responder& Responder::operator=(Responder&& other) noexcept {
  Responder gone(std::move(*this));
  stream_ = std::move(other.stream_);
  exchange_ = other.exchange_;
  return *this;
}

Responder::~Responder() {
  if (stream_) std::ignore = respond(Response::text(500, "the request was not answered"));
}

BodyReader Responder::body() {
  return {stream_, exchange_};
}

Result<> Responder::respond(Response response) {
  TRY(response.check());
  if (auto stream = std::move(stream_)) stream->respond(exchange_, std::move(response));
  return {};
}

Result<BodyWriter> Responder::begin(Response head, std::optional<std::uint64_t> size) {
  TRY(head.check());
  auto stream = std::move(stream_);
  if (stream) stream->begin(exchange_, std::move(head), size);
  return BodyWriter(std::move(stream), exchange_);
}

std::stop_token Responder::departure() {
  return stream_ ? stream_->departure(exchange_) : std::stop_token();
}

}  // namespace hermes::net
