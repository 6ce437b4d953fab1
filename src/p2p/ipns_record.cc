#include "p2p/ipns_record.h"

#include <tuple>
#include <utility>

#include "base/cbor.h"
#include "base/strings.h"
#include "p2p/multibase.h"
#include "p2p/peer_id.h"
#include "p2p/protobuf.h"
#include "p2p/utc_text.h"

namespace hermes::p2p {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::string_view kSigned = "ipns-signature:";
constexpr std::string_view kPlace = "/ipns/";
constexpr auto kKeyCid = "\x01\x72"sv;  // Version 1, libp2p-key.
constexpr auto kIdentity = "\x00\x24"sv;
constexpr std::int64_t kEndOfLife = 0;  // The one type of validity that there is.
constexpr std::string_view kEndOfLifeText = "EOL";
constexpr std::size_t kMostMembers = 256;

// Fields of the message. What version 1 has, `data` repeats.
constexpr std::uint64_t kValue = 1;
constexpr std::uint64_t kSignature1 = 2;
constexpr std::uint64_t kValidityType = 3;
constexpr std::uint64_t kValidity = 4;
constexpr std::uint64_t kSequence = 5;
constexpr std::uint64_t kTimeToLive = 6;
constexpr std::uint64_t kPublicKey = 7;
constexpr std::uint64_t kSignature2 = 8;
constexpr std::uint64_t kData = 9;

struct Message {
  std::string_view value, signature1, validity, public_key, signature2, data;
  std::uint64_t validity_type = 0, sequence = 0, time_to_live = 0;

  bool has_version_1() const { return !signature1.empty() || !value.empty(); }
};

// What is in `data`.
struct Data {
  std::string_view value, validity;
  std::int64_t validity_type = -1, sequence = -1, time_to_live = -1;
};

Error wrong(std::string_view what) {
  return {Code::Corrupt, concat("a record of IPNS ", what)};
}

Result<Message> parse_message(std::string_view encoded) {
  Message message;
  ProtobufReader reader(encoded);
  while (const auto field = reader.next()) {
    switch (field->number) {
      case kValue:
        message.value = field->bytes;
        break;
      case kSignature1:
        message.signature1 = field->bytes;
        break;
      case kValidityType:
        message.validity_type = field->value.value_or(0);
        break;
      case kValidity:
        message.validity = field->bytes;
        break;
      case kSequence:
        message.sequence = field->value.value_or(0);
        break;
      case kTimeToLive:
        message.time_to_live = field->value.value_or(0);
        break;
      case kPublicKey:
        message.public_key = field->bytes;
        break;
      case kSignature2:
        message.signature2 = field->bytes;
        break;
      case kData:
        message.data = field->bytes;
        break;
      default:
        break;
    }
  }
  if (reader.is_malformed()) return wrong("is no protobuf");
  return message;
}

// Others may put members of their own beside these.
Result<Data> parse_data(std::string_view encoded) {
  Data data;
  cbor::Reader reader(encoded);
  for (auto left = TRY(reader.map(kMostMembers)); left > 0; --left) {
    const auto name = TRY(reader.text());
    if (name == "Value") {
      data.value = TRY(reader.bytes());
    } else if (name == "Validity") {
      data.validity = TRY(reader.bytes());
    } else if (name == "ValidityType") {
      data.validity_type = TRY(reader.integer());
    } else if (name == "Sequence") {
      data.sequence = TRY(reader.integer());
    } else if (name == "TTL") {
      data.time_to_live = TRY(reader.integer());
    } else {
      TRY(reader.skip());
    }
  }
  TRY(reader.end());
  if (data.value.empty() || data.sequence < 0 || data.time_to_live < 0)
    return wrong("lacks a part");
  if (data.validity_type != kEndOfLife) return wrong("is valid by another rule than until a time");
  return data;
}

bool is_repeated(const Message& message, const Data& data) {
  const auto is = [](std::uint64_t a, std::int64_t b) { return std::cmp_equal(a, b); };
  return message.value == data.value && message.validity == data.validity &&
         is(message.validity_type, data.validity_type) && is(message.sequence, data.sequence) &&
         is(message.time_to_live, data.time_to_live);
}

std::uint64_t positive(std::int64_t value) {
  return static_cast<std::uint64_t>(value);
}

}  // namespace

Result<IpnsRecord> IpnsRecord::parse(std::string_view encoded, std::string_view peer) {
  if (encoded.size() > kLargestIpnsRecord) return wrong("is too large");
  const auto key = key_of_peer(peer);
  if (!key) return wrong("is of a key that is none of Ed25519");
  const auto message = TRY(parse_message(encoded));
  if (!message.public_key.empty() && message.public_key != peer.substr(kIdentity.size())) {
    return wrong("is of another key");
  }
  if (!verify(*key, concat(kSigned, message.data), message.signature2)) return wrong("is forged");
  const auto data = TRY(parse_data(message.data).context("a record of IPNS"));
  if (message.has_version_1() && !is_repeated(message, data)) return wrong("contradicts itself");
  const auto expiry = utc_from_text(data.validity);
  if (!expiry) return wrong("is valid until no time");
  return IpnsRecord{std::string(data.value), data.sequence, *expiry,
                    std::chrono::nanoseconds(data.time_to_live)};
}

Result<std::string> IpnsRecord::sign(const Identity& identity) const {
  const auto validity = utc_text(expiry);
  cbor::Writer data;
  data.map(5).text("TTL").integer(time_to_live.count()).text("Value").bytes(value);
  data.text("Sequence").integer(sequence).text("Validity").bytes(validity);
  data.text("ValidityType").integer(kEndOfLife);

  std::string encoded;
  append_field(encoded, kValue, value);
  append_field(encoded, kSignature1, identity.sign(concat(value, validity, kEndOfLifeText)));
  append_field(encoded, kValidityType, positive(kEndOfLife));
  append_field(encoded, kValidity, validity);
  append_field(encoded, kSequence, positive(sequence));
  append_field(encoded, kTimeToLive, positive(time_to_live.count()));
  append_field(encoded, kSignature2, identity.sign(concat(kSigned, data.encoded())));
  append_field(encoded, kData, data.encoded());
  if (encoded.size() > kLargestIpnsRecord) {
    return Error(Code::InvalidArgument, "a record of IPNS has 10 KiB at most");
  }
  return encoded;
}

bool IpnsRecord::supersedes(const IpnsRecord& other) const {
  return std::tie(sequence, expiry) > std::tie(other.sequence, other.expiry);
}

std::string ipns_name(std::string_view peer) {
  return concat("k", to_base36(concat(kKeyCid, peer)));
}

std::string ipns_place(std::string_view peer) {
  return concat(kPlace, peer);
}

std::optional<std::string> peer_of_ipns_place(std::string_view place) {
  if (!place.starts_with(kPlace)) return std::nullopt;
  std::string peer(place.substr(kPlace.size()));
  if (!key_of_peer(peer)) return std::nullopt;
  return peer;
}

}  // namespace hermes::p2p
