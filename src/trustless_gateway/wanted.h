#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "net/request.h"
#include "net/response.h"
#include "p2p/car_stream.h"
#include "p2p/directory.h"

namespace hermes::trustless_gateway {

/// What a request of `/ipfs/<cid>[/path]` asks for, by its path, its query and its Accept.
struct Wanted {
  enum class Form : std::uint8_t { Raw, Car };

  std::string path;  // "/ipfs/<cid>/docs", as in the request.
  p2p::ContentPath content;
  Form form = Form::Raw;
  bool is_in_query = false;  // The form; else the Accept says it.
  p2p::CarShape shape = {};

  /// Or the answer to a request that asks for nothing of that kind.
  static std::variant<Wanted, net::Response> of(const net::Request& request);
};

}  // namespace hermes::trustless_gateway
