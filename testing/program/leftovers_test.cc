// What ten thousand requests over kept connections leave behind, once their clients have closed
// these: no connection, and no more memory than the first of them.

#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/strings.h"
#include "testing/engine/usage.h"
#include "testing/http_client.h"
#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {
namespace {

class ServedProgram : public ::testing::Test {
 protected:
  std::string proc(std::string_view file) {
    return concat("/proc/", hermes_.process().id(), "/", file);
  }
  std::ptrdiff_t descriptors() {
    return std::distance(std::filesystem::directory_iterator(proc("fd")), {});
  }
  std::size_t resident_bytes() {
    std::size_t size = 0;
    std::size_t resident = 0;
    std::ifstream(proc("statm")) >> size >> resident;
    return resident * 4096;
  }

  /// Over a hundred connections, which ask by turns and are closed together.
  void ask(int requests) {
    constexpr std::size_t kConnections = 100;
    const std::string body(2'000, 'x');
    const auto request =
        concat("POST /api/echo HTTP/1.1\r\nHost: echo.localhost\r\nContent-Length: ", body.size(),
               "\r\n\r\n", body);
    std::vector<std::unique_ptr<HttpClient>> clients(kConnections);
    for (auto& client : clients) client = std::make_unique<HttpClient>(hermes_.port());
    for (int i = 0; i < requests; i += static_cast<int>(kConnections)) {
      for (auto& client : clients) ASSERT_TRUE(client->send(request));
      for (auto& client : clients) ASSERT_EQ(client->receive().status, 200U);
    }
  }

  const AppFolder app_ = app_of_guest("echo");
  HermesProgram hermes_{{"run", app_.path()}};
};

TEST_F(ServedProgram, HasNothingLeftOfRequestsOverKeptConnections) {
  hermes_.wait_for_app("echo");
  constexpr std::ptrdiff_t kOfItsOwn = 10;  // What the engine opens for itself meanwhile.
  const auto idle = descriptors() + kOfItsOwn;
  ask(kManyCalls / 10);
  while (descriptors() > idle) std::this_thread::yield();
  const auto before = resident_bytes();
  ask(kManyCalls);
  while (descriptors() > idle) std::this_thread::yield();
#ifndef HERMES_SANITIZED                                    // Which keeps what was freed.
  constexpr std::size_t kMostMore = std::size_t{16} << 20;  // What allocators keep.
  EXPECT_LE(resident_bytes(), before + kMostMore);
#else
  EXPECT_GT(before, 0U);
#endif
}

}  // namespace
}  // namespace hermes::testing
