#pragma once

#include <functional>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "cli/arguments.h"

namespace hermes::cli {

/// The answer of the engine of the home to a command of its node; an error where there is none.
/// What it says before the answer is given to `meanwhile`.
Result<json::Document> ask_node(const Invocation& invocation, std::string request,
                                const std::function<void(const json::Value&)>& meanwhile = nullptr);

/// What `hermes ipfs status` says of the node: nothing, and "null", where there is none.
struct NodeFacts {
  std::string text;
  std::string json;
};
NodeFacts node_facts(const Invocation& invocation);

}  // namespace hermes::cli
