#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "extensions/ipfs/inboxes.h"
#include "extensions/ipfs/topic.h"

namespace hermes::ipfs {

/// An app that listens to a topic.
struct Listener {
  std::shared_ptr<const Rights> rights;
  Topic topic;
  std::shared_ptr<Inbox> inbox;

  /// Whether its opinion of a message is that of the node: the topic is its own, or it may judge.
  bool has_say() const { return !topic.is_shared || rights->has("validate"); }
};

/// Which apps listen to what. Thread-safe.
class Listeners {
 public:
  /// In place of the app's listener to that topic.
  void add(Listener listener) {
    topics_.with([&](Topics& topics) {
      auto& apps = topics[listener.topic.wire];
      const auto& app = listener.rights->app;
      apps.insert_or_assign(app, std::move(listener));
    });
  }

  /// Whether nobody listens to it any more.
  bool remove(const runtime::AppId& app, std::string_view wire) {
    return topics_.with([&](Topics& topics) {
      const auto found = topics.find(wire);
      if (found == topics.end()) return true;
      found->second.erase(app);
      if (!found->second.empty()) return false;
      topics.erase(found);
      return true;
    });
  }

  std::vector<Listener> of(std::string_view wire) const {
    return topics_.with([&](const Topics& topics) {
      std::vector<Listener> listeners;
      const auto found = topics.find(wire);
      if (found == topics.end()) return listeners;
      for (const auto& [app, listener] : found->second) listeners.push_back(listener);
      return listeners;
    });
  }

  /// As the network calls them.
  std::vector<std::string> topics_of(const runtime::AppId& app) const {
    return topics_.with([&](const Topics& topics) {
      std::vector<std::string> wires;
      for (const auto& [wire, apps] : topics) {
        if (apps.contains(app)) wires.push_back(wire);
      }
      return wires;
    });
  }

 private:
  using Topics = std::map<std::string, std::map<runtime::AppId, Listener>, std::less<>>;

  Guarded<Topics> topics_;
};

}  // namespace hermes::ipfs
