#include "p2p/libp2p_abi.h"

#include <algorithm>
#include <string>

#include "p2p/cid.h"

namespace hermes::p2p {
namespace {

struct Meaning {
  Code code;
  std::string_view text;
};

Meaning meaning_of(hermes_p2p_status status) {
  switch (status) {
    case hermes_p2p_status_Busy:
      return {Code::Busy, "the node has too much under way"};
    case hermes_p2p_status_Invalid:
      return {Code::InvalidArgument, "an address, a topic, a key or a peer is malformed"};
    case hermes_p2p_status_Stopped:
      return {Code::Stopping, "the node stops"};
    case hermes_p2p_status_NotFound:
      return {Code::NotFound, "there is none"};
    case hermes_p2p_status_TimedOut:
      return {Code::TimedOut, "it took too long"};
    case hermes_p2p_status_Cancelled:
      return {Code::Stopping, "it was cancelled"};
    case hermes_p2p_status_Refused:
      return {Code::Denied, "a rule forbids it"};
    case hermes_p2p_status_Unreachable:
      return {Code::Busy, "no peer can be reached"};
    case hermes_p2p_status_Restarted:
      return {Code::Busy, "the node failed and was built anew"};
    case hermes_p2p_status_StoreFailed:
      return {Code::LimitReached, "the block store takes no more blocks"};
    case hermes_p2p_status_Ok:
    case hermes_p2p_status_Failed:
    case hermes_p2p_status_Panicked:
      break;
  }
  return {Code::Busy, "the node failed"};
}

bool get(void* context, hermes_p2p_bytes cid, void (*write)(void* into, hermes_p2p_bytes block),
         void* into) noexcept {
  const auto parsed = Cid::from_bytes(view(cid));
  std::string block;
  if (!parsed || !static_cast<BlockStore*>(context)->read(*parsed, block)) return false;
  write(into, lend(block));
  return true;
}

std::int64_t size(void* context, hermes_p2p_bytes cid) noexcept {
  const auto parsed = Cid::from_bytes(view(cid));
  if (!parsed) return -1;
  const auto found = static_cast<BlockStore*>(context)->size(*parsed);
  return found ? std::int64_t{*found} : -1;
}

bool put(void* context, hermes_p2p_bytes cid, hermes_p2p_bytes block) noexcept {
  const auto parsed = Cid::from_bytes(view(cid));
  return parsed && static_cast<BlockStore*>(context)->put(*parsed, view(block)).has_value();
}

}  // namespace

Error error_of(hermes_p2p_status status, std::string_view text) {
  const auto meaning = meaning_of(status);
  return {meaning.code, std::string(text.empty() ? meaning.text : text)};
}

std::uint64_t deadline_of(std::chrono::nanoseconds timeout) {
  const auto rounded = std::chrono::ceil<std::chrono::milliseconds>(timeout).count();
  return static_cast<std::uint64_t>(std::max<std::int64_t>(rounded, 1));
}

hermes_p2p_blocks table_of(BlockStore& blocks) {
  return {.context = &blocks, .get = get, .size = size, .put = put};
}

}  // namespace hermes::p2p
