#include "extensions/integration_test/question.h"

#include <memory>
#include <string>
#include <utility>

namespace hermes::integration_test {
namespace {

using runtime::EventOutcome;

// What is known of an event until it is done.
struct Asked {
  UniqueFunction<void(Answer)> on_answer;
  Answer answer = Error(Code::NotFound, "it has no such export");

  void done(EventOutcome outcome) {
    if (outcome == EventOutcome::AppStopped) answer = Error(Code::Stopping, "the app has ended");
    on_answer(std::move(answer));
  }
};

template <typename Arguments>
void post(runtime::Events& events, const Question& question,
          UniqueFunction<void(Answer)> on_answer) {
  const auto asked = std::make_shared<Asked>(std::move(on_answer));
  const auto posted =
      events.post(Arguments{question.number, question.run}, {.app = question.app},
                  {"integration_test", std::to_string(question.number)},
                  {.on_reply = [asked](Answer answer) { asked->answer = std::move(answer); },
                   .on_done = [asked](EventOutcome outcome) { asked->done(outcome); }});
  if (!posted) asked->on_answer(posted.error());
}

}  // namespace

void ask(runtime::Events& events, const Question& question,
         UniqueFunction<void(Answer)> on_answer) {
  if (question.kind == Kind::Test) {
    return post<wit::integration_test::Test>(events, question, std::move(on_answer));
  }
  post<wit::integration_test::Bench>(events, question, std::move(on_answer));
}

}  // namespace hermes::integration_test
