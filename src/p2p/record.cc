#include "p2p/record.h"

#include <utility>

#include "base/cbor.h"
#include "base/strings.h"
#include "p2p/cid.h"

namespace hermes::p2p {
namespace {

constexpr std::int64_t kVersion = 1;
constexpr std::size_t kMembers = 8;
constexpr std::size_t kKeySize = 32;
constexpr std::size_t kSignatureSize = 64;
constexpr std::size_t kLongestApp = 256;
constexpr std::string_view kSigned = "hermes-record:";
constexpr std::string_view kPlace = "/hermes/";
constexpr std::chrono::minutes kSkew{10};  // Of the clocks of two machines.

void write(cbor::Writer& writer, const Record& record) {
  writer.integer(kVersion)
      .bytes(record.app)
      .bytes(record.key)
      .bytes(record.value)
      .integer(record.sequence)
      .integer(record.expiry)
      .bytes(record.publisher);
}

std::string to_be_signed(const Record& record) {
  cbor::Writer writer;
  writer.array(kMembers - 1);
  write(writer, record);
  return concat(kSigned, writer.encoded());
}

std::string envelope_of(const Record& record, std::string_view signature) {
  cbor::Writer writer;
  writer.array(kMembers);
  write(writer, record);
  writer.bytes(signature);
  return writer.encoded();
}

Error wrong(std::string_view what) {
  return {Code::Corrupt, concat("a record ", what)};
}

std::string digest_of(std::string_view kind, const cbor::Writer& what) {
  return sha256_multihash(concat(kind, what.encoded())).substr(2);
}

}  // namespace

Result<Record> Record::parse(std::string_view envelope) {
  if (envelope.size() > kLargestRecord) return wrong("is too large");
  cbor::Reader reader(envelope);
  if (TRY(reader.array(kMembers)) != kMembers) return wrong("has other members");
  if (TRY(reader.integer()) != kVersion) return wrong("is of another version");
  Record record;
  record.app = TRY(reader.bytes());
  record.key = TRY(reader.bytes());
  record.value = TRY(reader.bytes());
  record.sequence = TRY(reader.integer());
  record.expiry = TRY(reader.integer());
  record.publisher = TRY(reader.bytes());
  const auto signature = TRY(reader.bytes());
  TRY(reader.end());
  const bool fits = !record.app.empty() && record.app.size() <= kLongestApp &&
                    !record.key.empty() && record.key.size() <= kLongestRecordKey &&
                    record.value.size() <= kLargestRecordValue && record.sequence >= 0 &&
                    record.publisher.size() == kKeySize && signature.size() == kSignatureSize;
  if (!fits) return wrong("passes its limits");
  if (envelope_of(record, signature) != envelope) return wrong("is not written as it is to be");
  if (!verify(record.publisher, to_be_signed(record), signature)) return wrong("is forged");
  return record;
}

std::string Record::sign(const Identity& identity) const {
  return envelope_of(*this, identity.sign(to_be_signed(*this)));
}

std::string place_of_record(std::string_view app, std::string_view publisher,
                            std::string_view key) {
  cbor::Writer writer;
  writer.array(3).bytes(app).bytes(publisher).bytes(key);
  return concat(kPlace, digest_of("hermes-place:", writer));
}

std::string place_of_provider(std::string_view app, std::string_view key) {
  cbor::Writer writer;
  writer.array(2).bytes(app).bytes(key);
  return sha256_multihash(concat("hermes-provider:", writer.encoded()));
}

Result<> check_record(const Record& record, std::string_view place, UtcTime now) {
  if (place_of_record(record.app, record.publisher, record.key) != place) {
    return wrong("is at the place of another");
  }
  const auto seconds = [](UtcTime time) {
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  };
  if (record.expiry <= seconds(now)) return wrong("has expired");
  if (record.expiry > seconds(now + kLongestRecordLife + kSkew)) return wrong("expires too late");
  return {};
}

}  // namespace hermes::p2p
