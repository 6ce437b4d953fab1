#pragma once

#include <future>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "runtime/event.h"

namespace hermes::testing {

/// What an extension hears of an event that it posted.
template <runtime::EventArguments Arguments>
struct Heard {
  std::vector<Result<typename Arguments::Reply>> replies;
  runtime::EventOutcome outcome;
};

/// Posts an event; throws where it is refused. The future is ready once the event is done.
template <runtime::EventArguments Arguments>
std::future<Heard<Arguments>> post(runtime::Events& events, Arguments arguments,
                                   runtime::Target target, runtime::Source source) {
  struct Hearing {
    // Not inline, for where it is, an optimising GCC 12 warns of the error that a success has not.
    [[gnu::noinline]] void add(Result<typename Arguments::Reply> reply) {
      replies.push_back(std::move(reply));
    }

    std::vector<Result<typename Arguments::Reply>> replies;
    std::promise<Heard<Arguments>> heard;
  };
  const auto hearing = std::make_shared<Hearing>();
  auto future = hearing->heard.get_future();
  const auto posted =
      events.post(std::move(arguments), std::move(target), std::move(source),
                  {.on_reply = [hearing](auto reply) { hearing->add(std::move(reply)); },
                   .on_done =
                       [hearing](runtime::EventOutcome outcome) {
                         hearing->heard.set_value({std::move(hearing->replies), outcome});
                       }});
  if (!posted) throw std::runtime_error(posted.error().message());
  return future;
}

}  // namespace hermes::testing
