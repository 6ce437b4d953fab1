#include "testing/program/browser.h"

#include "testing/engine/temporary_directory.h"
#include "testing/program/process.h"

namespace hermes::testing {

namespace {

constexpr int kAttempts = 10;

std::string document(const std::string& url) {
  const TemporaryDirectory profile;
  return run_program({"chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
                      "--disable-dev-shm-usage", "--no-first-run",
                      "--disable-background-networking", "--disable-component-update",
                      "--disable-sync", "--no-proxy-server",
                      "--user-data-dir=" + profile.path().string(), "--virtual-time-budget=5000",
                      "--dump-dom", url})
      .output;
}

}  // namespace

std::string browse(const std::string& url, std::string_view text) {
  std::string answer;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    answer = document(url);
    if (answer.find(text) != answer.npos) break;
  }
  return answer;
}

}  // namespace hermes::testing
