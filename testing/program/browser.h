#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hermes::testing {

/// The page at `url` as it stands in a browser, without a window: its document as HTML, once that
/// holds `text`. A script may still be at work when the browser first answers, so it is asked a few
/// times; the last answer is returned if `text` never comes. `options` are further ones of
/// Chromium.
std::string browse(const std::string& url, std::string_view text,
                   const std::vector<std::string>& options = {});

}  // namespace hermes::testing
