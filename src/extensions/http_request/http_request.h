#pragma once

#include <memory>

#include "base/log.h"
#include "base/time.h"
#include "net/outbound.h"
#include "runtime/breaches.h"
#include "runtime/extension.h"

namespace hermes::http_request {

/// hermes:http-request: requests of apps to hosts that their permissions name. What is passed by
/// reference outlives the extension, and so do the breaches, if they are counted.
std::unique_ptr<runtime::Extension> make(std::shared_ptr<net::Outbound> outbound, Clock& clock,
                                         runtime::Events& events, log::Log& log,
                                         runtime::Breaches* breaches = nullptr);

}  // namespace hermes::http_request
