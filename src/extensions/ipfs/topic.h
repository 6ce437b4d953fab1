#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "extensions/ipfs/rights.h"

namespace hermes::ipfs {

/// A topic of an app: a value.
struct Topic {
  std::string name;    // As the app calls it.
  std::string wire;    // As peers do.
  bool is_shared;      // With other apps, which call it the same.
  bool is_structured;  // Its messages are records.
};

/// A name is that of a topic that apps share if the app has the permission for it, else of one of
/// its own, which no other app has. InvalidArgument for what is no topic; Denied where the app asks
/// for the permission and was not granted it, so that it does not talk to itself instead.
Result<Topic> topic_of(const Rights& rights, std::string_view name);

}  // namespace hermes::ipfs
