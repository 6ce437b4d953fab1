#pragma once

#include <memory>
#include <span>

#include "base/log.h"
#include "extensions/http_gateway/options.h"
#include "io/reactor.h"
#include "runtime/extension.h"

namespace hermes::http_gateway {

/// hermes:http-gateway: listens for HTTP, finds the app by the name of the host, and answers with
/// what its modules reply or with its web files. `options` apart, all outlive the extension.
std::unique_ptr<runtime::Extension> make(const Options& options, runtime::Events& events,
                                         log::Log& log, std::span<io::Reactor* const> reactors);

}  // namespace hermes::http_gateway
