#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

#include "base/strings.h"
#include "trustless_gateway/wanted.h"

// The target of a request, and the rest of the lines its Accept.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hermes;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto [target, accept] = split_once(input, '\n');
  net::Request request{.method = "GET", .target = concat("/ipfs/", target)};
  if (accept) request.headers.add("accept", *accept);
  const auto wanted = trustless_gateway::Wanted::of(request);
  if (const auto* refusal = std::get_if<net::Response>(&wanted)) {
    if (refusal->status < 400 || !refusal->check()) std::abort();
  }
  return 0;
}
