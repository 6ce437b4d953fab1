#pragma once

// Content of IPFS over HTTP, for clients that check what they get: single blocks, or all of them in
// a CAR, as https://specs.ipfs.tech/http-gateways/trustless-gateway has it.

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "base/unique_function.h"
#include "net/request.h"
#include "net/responder.h"
#include "net/response.h"
#include "p2p/blocks.h"
#include "p2p/car_stream.h"

namespace hermes::trustless_gateway {

struct Answer {
  net::Response response;
  std::unique_ptr<p2p::CarStream> body;  // If not null, what follows the response's head.
};

/// Of what `blocks` has, which outlives the answer.
Answer answer(p2p::BlockSource& blocks, const net::Request& request);

/// Writes the CAR, as fast as the client takes it. At the end, or where it breaks, `done` gets how
/// many bytes that were, or why it broke off, which the client notices; never if the server has
/// been stopped.
void send(std::unique_ptr<p2p::CarStream> body, net::BodyWriter writer,
          UniqueFunction<void(Result<std::uint64_t>)> done);

}  // namespace hermes::trustless_gateway
