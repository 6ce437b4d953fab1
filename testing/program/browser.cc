#include "testing/program/browser.h"

#include <utility>

#include "testing/engine/temporary_directory.h"
#include "testing/program/process.h"

namespace hermes::testing {

namespace {

constexpr int kAttempts = 10;

std::string document(const std::string& url, const std::vector<std::string>& options) {
  const TemporaryDirectory profile;
  std::vector<std::string> arguments = {"chromium",
                                        "--headless",
                                        "--no-sandbox",
                                        "--disable-gpu",
                                        "--disable-quic",
                                        "--disable-dev-shm-usage",
                                        "--no-first-run",
                                        "--disable-background-networking",
                                        "--disable-component-update",
                                        "--disable-sync",
                                        "--no-proxy-server",
                                        "--user-data-dir=" + profile.path().string(),
                                        "--virtual-time-budget=5000",
                                        "--dump-dom"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  arguments.push_back(url);
  return run_program(std::move(arguments)).output;
}

}  // namespace

std::string browse(const std::string& url, std::string_view text,
                   const std::vector<std::string>& options) {
  std::string answer;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    answer = document(url, options);
    if (answer.find(text) != answer.npos) break;
  }
  return answer;
}

}  // namespace hermes::testing
