#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "runtime/app.h"

namespace hermes::wasi {

/// What an operator gives an app and its manifest does not say: variables of its environment.
class Secrets {
 public:
  virtual ~Secrets() = default;

  /// Names and values. Asked at each start and change of an app, which fail where this does.
  virtual Result<std::vector<std::pair<std::string, std::string>>> of(
      const runtime::AppId& app) = 0;
};

}  // namespace hermes::wasi
