#pragma once

// How an app's files are served, from the "http" section of its manifest:
//
//   "files": {"fallback": "index.html",
//             "cache": [{"path": "/assets/.*", "value": "public, max-age=31536000, immutable"}],
//             "headers": {"content-security-policy": "default-src 'self'",
//                         "x-frame-options": null}}
//
// `fallback` answers, to who accepts HTML, for a page that is not there: an app of one page has its
// own idea of paths. Of `cache`, the first whose expression matches the whole path says the
// Cache-Control. `headers` come with every file, in place of those that come by themselves, which
// null leaves out.

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace re2 {
class RE2;
}

namespace hermes::http_gateway {

class FileRules {
 public:
  /// Those of an app that says nothing.
  FileRules();

  /// `value` is that of "files". Errors name the place.
  static Result<FileRules> read(const json::Value& value);

  /// A file's path in the tree; empty if there is none.
  const std::string& fallback() const { return fallback_; }

  /// `path` as in a URL, decoded: "/index.html".
  std::string_view cache_control(std::string_view path) const;

  const std::vector<std::pair<std::string, std::string>>& headers() const { return headers_; }

 private:
  struct Cache {
    std::shared_ptr<const re2::RE2> path;
    std::string value;
  };

  std::string fallback_;
  std::vector<Cache> cache_;
  std::vector<std::pair<std::string, std::string>> headers_;
};

}  // namespace hermes::http_gateway
