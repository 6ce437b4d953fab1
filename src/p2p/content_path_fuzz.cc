#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/strings.h"
#include "p2p/directory.h"

using hermes::p2p::ContentPath;

// A path that was read reads the same when it is written plainly.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto path = ContentPath::parse({reinterpret_cast<const char*>(data), size});
  if (!path) return 0;
  auto text = hermes::concat("/ipfs/", path->root.text());
  for (const auto& name : path->names) text += hermes::concat("/", name);
  if (text.size() > 4'096 || path->root.text().size() > 256) return 0;
  const auto again = ContentPath::parse(text);
  if (!again || again->root != path->root || again->names != path->names) std::abort();
  return 0;
}
