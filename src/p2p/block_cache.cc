#include "p2p/block_cache.h"

namespace hermes::p2p {

Result<BlockCache::Block> BlockCache::read(const Cid& cid) {
  if (const auto* inlined = cid.inlined()) return std::make_shared<const std::string>(*inlined);
  const auto& name = cid.multihash();
  auto kept = state_.with([&](State& state) -> Block {
    const auto found = state.by_multihash.find(name);
    if (found == state.by_multihash.end()) return nullptr;
    state.newest.splice(state.newest.begin(), state.newest, found->second);
    return found->second->second;
  });
  if (kept) return kept;
  auto block = std::make_shared<std::string>();
  TRY(blocks_.read(cid, *block));
  state_.with([&](State& state) {
    if (state.by_multihash.contains(name) || block->size() > most_bytes_) return;
    state.newest.emplace_front(name, block);
    state.by_multihash.emplace(name, state.newest.begin());
    state.bytes += block->size();
    while (state.bytes > most_bytes_) {
      const auto& [oldest, dropped] = state.newest.back();
      state.bytes -= dropped->size();
      state.by_multihash.erase(oldest);
      state.newest.pop_back();
    }
  });
  return Block(std::move(block));
}

}  // namespace hermes::p2p
