#include "extensions/ipfs/inboxes.h"

#include <chrono>

#include "base/strings.h"

namespace hermes::ipfs {
namespace {

constexpr std::chrono::seconds kSaveAfter{1};

}  // namespace

Result<> Inboxes::app_started(const runtime::AppId& app) {
  if (inboxes_.find(app)) return {};
  auto inbox = std::make_shared<Inbox>();
  TRY(inbox->heard.load(parts_.repository.tracking(), app, parts_.clock.now().utc));
  inboxes_.set(app, std::move(inbox));
  return {};
}

std::shared_ptr<Inbox> Inboxes::app_stopped(const runtime::AppId& app) {
  auto inbox = inboxes_.find(app);
  inboxes_.remove(app);
  return inbox;
}

void Inboxes::save_soon() {
  if (!is_set_.exchange(true)) alarm_->set(parts_.clock.now().monotonic + kSaveAfter);
}

void Inboxes::stop() {
  alarm_.reset();
  for (const auto& [app, inbox] : inboxes_.all()) save(app, *inbox);
}

void Inboxes::save_changed() {
  is_set_ = false;
  for (const auto& entry : inboxes_.all()) {
    if (entry.second->heard.is_saved()) continue;
    parts_.tasks.run(concat("tables ", entry.first),
                     [this, app = entry.first, inbox = entry.second] { save(app, *inbox); });
  }
}

void Inboxes::save(const runtime::AppId& app, Inbox& inbox) {
  const auto saved = inbox.heard.save(parts_.repository.tracking(), app, parts_.clock.now().utc);
  if (saved) return;
  parts_.log.write({.level = log::Level::Error,
                    .component = "ipfs",
                    .app = app,
                    .message = concat("what was heard is not saved, and would be heard again after "
                                      "a restart: ",
                                      saved.error().message())});
}

}  // namespace hermes::ipfs
