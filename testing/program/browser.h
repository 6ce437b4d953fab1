#pragma once

#include <string>
#include <string_view>

namespace hermes::testing {

/// The page at `url` as it stands in a browser, without a window: its document as HTML, once that
/// holds `text`. A script may still be at work when the browser first answers, so it is asked a few
/// times; the last answer is returned if `text` never comes.
std::string browse(const std::string& url, std::string_view text);

}  // namespace hermes::testing
