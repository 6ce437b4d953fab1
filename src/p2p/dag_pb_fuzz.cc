#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "p2p/dag_pb.h"
#include "p2p/unixfs.h"

using hermes::p2p::DagNode;
using hermes::p2p::UnixFs;

// What is read is the same when it is written and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view block(reinterpret_cast<const char*>(data), size);
  const auto node = DagNode::decode(block);
  if (!node) return 0;
  const auto encoded = node->encode();
  const auto again = DagNode::decode(encoded);
  if (!again || *again != *node) std::abort();
  const auto content = UnixFs::decode(node->data.value_or(""));
  if (!content) return 0;
  const auto text = content->encode();
  const auto read = UnixFs::decode(text);
  if (!read || *read != *content) std::abort();
  return 0;
}
