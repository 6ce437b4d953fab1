#pragma once

#include <exception>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/strings.h"

namespace hermes::runtime {

/// Runs `f`. An exception ends here: the log tells of it, and of `what` threw it.
template <typename F>
void log_thrown(log::Log& log, std::string_view what, F&& f) {
  std::string message;
  try {
    return f();
  } catch (const std::exception& e) {
    message = concat(what, " threw: ", e.what());
  } catch (...) {
    message = concat(what, " threw what is no exception");
  }
  log.write({.level = log::Level::Error, .message = message});
}

}  // namespace hermes::runtime
