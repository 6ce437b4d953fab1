#pragma once

#include <cstdint>
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
  std::uint64_t number = 0;  // Of those that were ever added.

  /// Whether its opinion of a message is that of the node: the topic is its own, or it may judge.
  bool has_say() const { return !topic.is_shared || rights->has("validate"); }
};

/// Which apps listen to what. Thread-safe.
class Listeners {
 public:
  struct Added {
    std::uint64_t number;
    bool is_first;  // The app did not listen to it before.
  };

  /// In place of the app's listener to that topic.
  Added add(Listener listener) {
    return state_.with([&](State& state) {
      listener.number = ++state.last;
      auto& apps = state.topics[listener.topic.wire];
      const auto app = listener.rights->app;
      const bool is_first = apps.insert_or_assign(app, std::move(listener)).second;
      return Added{state.last, is_first};
    });
  }

  /// Whether nobody listens to it any more.
  bool remove(const runtime::AppId& app, std::string_view wire) {
    return state_.with([&](State& state) {
      const auto found = state.topics.find(wire);
      if (found == state.topics.end()) return true;
      found->second.erase(app);
      if (!found->second.empty()) return false;
      state.topics.erase(found);
      return true;
    });
  }

  /// Takes a listener back that could not listen; false if another has taken its place.
  bool take_back(const runtime::AppId& app, std::string_view wire, std::uint64_t number) {
    return state_.with([&](State& state) {
      const auto found = state.topics.find(wire);
      if (found == state.topics.end()) return false;
      const auto listener = found->second.find(app);
      if (listener == found->second.end() || listener->second.number != number) return false;
      found->second.erase(listener);
      if (found->second.empty()) state.topics.erase(found);
      return true;
    });
  }

  std::vector<Listener> of(std::string_view wire) const {
    return state_.with([&](const State& state) {
      std::vector<Listener> listeners;
      const auto found = state.topics.find(wire);
      if (found == state.topics.end()) return listeners;
      for (const auto& [app, listener] : found->second) listeners.push_back(listener);
      return listeners;
    });
  }

  bool has(const runtime::AppId& app, std::string_view wire) const {
    return state_.with([&](const State& state) {
      const auto found = state.topics.find(wire);
      return found != state.topics.end() && found->second.contains(app);
    });
  }

  /// As the network calls them.
  std::vector<std::string> topics_of(const runtime::AppId& app) const {
    return state_.with([&](const State& state) {
      std::vector<std::string> wires;
      for (const auto& [wire, apps] : state.topics) {
        if (apps.contains(app)) wires.push_back(wire);
      }
      return wires;
    });
  }

 private:
  struct State {
    std::map<std::string, std::map<runtime::AppId, Listener>, std::less<>> topics = {};
    std::uint64_t last = 0;
  };

  Guarded<State> state_;
};

}  // namespace hermes::ipfs
