#include "cli/log_follower.h"

#include "base/escape.h"
#include "base/strings.h"

namespace hermes::cli {

LogFollower::~LogFollower() {
  client_.end(R"({"end":true})");
}

void LogFollower::take(std::string_view line) {
  if (dropped_ > 0 && client_.send(concat(R"({"dropped":)", dropped_, "}"))) dropped_ = 0;
  if (!client_.send(concat(R"({"line":)", json_quote(line), "}"))) ++dropped_;
}

}  // namespace hermes::cli
