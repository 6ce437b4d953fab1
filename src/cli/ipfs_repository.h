#pragma once

#include <limits>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "cli/arguments.h"
#include "p2p/directory.h"
#include "p2p/repository.h"

namespace hermes::cli {

/// Whoever runs the engine pins under this name, which no app has, and as much as there is room
/// for.
inline constexpr std::string_view kOperator;
inline constexpr p2p::PinLimits kOperatorPins{.bytes = std::numeric_limits<std::uint64_t>::max(),
                                              .pins = std::numeric_limits<std::uint64_t>::max()};

/// That of the engine's home, beside an engine that may run.
Result<std::unique_ptr<p2p::Repository>> open_repository(const Invocation& invocation);

/// What the operand names. Where it is not here, or not all of it, the engine of the home fetches
/// it from peers.
Result<p2p::Cid> content_of(const Invocation& invocation, p2p::Repository& repository);

}  // namespace hermes::cli
