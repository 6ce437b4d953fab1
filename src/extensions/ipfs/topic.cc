#include "extensions/ipfs/topic.h"

#include "base/cbor.h"
#include "base/strings.h"
#include "p2p/cid.h"
#include "p2p/multibase.h"

namespace hermes::ipfs {
namespace {

constexpr std::size_t kLongestTopic = 256;
constexpr std::string_view kOwn = "/hermes/";  // No shared topic begins like this.

// No other app and name have it, and no peer learns them from it who does not know them.
std::string own_topic(std::string_view app, std::string_view name) {
  cbor::Writer writer;
  writer.array(2).bytes(app).bytes(name);
  const auto digest = p2p::sha256_multihash(concat("hermes-topic:", writer.encoded())).substr(2);
  return concat(kOwn, p2p::to_base32(digest));
}

}  // namespace

Result<Topic> topic_of(const Rights& rights, std::string_view name) {
  if (name.empty() || name.size() > kLongestTopic) {
    return Error(Code::InvalidArgument, "a topic has 1 to 256 bytes");
  }
  const bool is_structured = rights.structured.contains(name);
  const auto permission = concat("topic:", name);
  if (rights.denied.contains(permission)) {
    return Error(Code::Denied, concat("app '", rights.app, "' lacks the permission '", permission,
                                      "', which it asks for and was not granted"));
  }
  if (!rights.has(permission)) {
    return Topic{std::string(name), own_topic(rights.app, name), false, is_structured};
  }
  if (name.starts_with(kOwn)) {
    return Error(Code::InvalidArgument, "topics that begin with /hermes/ are not shared");
  }
  return Topic{std::string(name), std::string(name), true, is_structured};
}

}  // namespace hermes::ipfs
