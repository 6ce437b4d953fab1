#include "extensions/init/sequence.h"

#include <string_view>

#include "base/strings.h"
#include "wit/hermes/init.h"

namespace hermes::init {

using runtime::EventOutcome;
using wit::init::Init;

void Sequence::run(runtime::Events& events, const runtime::App& app, Ready ready) {
  std::make_shared<Sequence>(events, app, std::move(ready))->post_next();
}

Sequence::Sequence(runtime::Events& events, const runtime::App& app, Ready ready)
    : events_(events), app_(app.id), ready_(std::move(ready)) {
  for (const auto& module : app.modules) modules_.push_back(module.id);
}

void Sequence::post_next() {
  if (next_ == modules_.size()) return ready_({});
  const auto self = shared_from_this();
  const auto posted =
      events_.post(Init{}, {app_, {modules_[next_]}}, {"init", modules_[next_]},
                   {.on_reply = [self](Result<bool> answer) { self->on_reply(std::move(answer)); },
                    .on_done = [self](EventOutcome outcome) { self->on_done(outcome); }},
                   {.during_start = true});
  if (!posted) ready_(failed(posted.error().code(), posted.error().message()));
}

void Sequence::on_reply(Result<bool> answer) {
  if (!answer.has_value()) {
    failure_ = failed(answer.error().code(), answer.error().message());
  } else if (!*answer) {
    failure_ = failed(Code::GuestFailed, "it answered false");
  }
}

void Sequence::on_done(EventOutcome outcome) {
  if (outcome == EventOutcome::AppStopped || outcome == EventOutcome::Withdrawn) {
    return ready_(failed(Code::Stopping, "the app is stopping"));
  }
  if (failure_) return ready_(*std::move(failure_));
  ++next_;  // Also when the module has no handler.
  post_next();
}

Error Sequence::failed(Code code, std::string_view why) const {
  return {code, concat("init of module '", modules_[next_], "': ", why)};
}

}  // namespace hermes::init
