#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "base/json.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {

/// What `hermes ctl status` says at one moment.
class Status {
 public:
  explicit Status(HermesProgram& hermes)
      : document_(json::Document::parse(hermes.ctl({"status", "-o", "json"}).output, "status")) {
    EXPECT_TRUE(document_) << document_.error().message();
  }

  /// What it has of an app, by the app's name: "cpu_ms", "cancelled".
  std::int64_t of(std::string_view app, std::string_view member) const {
    return number(find(app), member);
  }

  /// How often that limit has refused something, to the app and in all.
  std::int64_t refused(std::string_view app, std::string_view limit) const {
    const auto* usage = find(app);
    return usage == nullptr ? 0 : number(usage->find("limits"), limit);
  }
  std::int64_t refused(std::string_view limit) const {
    const auto* all = document_ ? document_->root().find("all") : nullptr;
    return all == nullptr ? 0 : number(all->find("limits"), limit);
  }

 private:
  const json::Value* find(std::string_view app) const {
    if (!document_) return nullptr;
    const auto apps = document_->root().find("apps")->array();
    for (const auto& one : *apps) {
      if (*one.find("name")->string() == app) return &one;
    }
    return nullptr;
  }

  // 0 of what it does not mention.
  static std::int64_t number(const json::Value* object, std::string_view member) {
    const auto* found = object == nullptr ? nullptr : object->find(member);
    return found == nullptr ? 0 : *found->integer(0, std::numeric_limits<std::int64_t>::max());
  }

  Result<json::Document> document_;
};

}  // namespace hermes::testing
