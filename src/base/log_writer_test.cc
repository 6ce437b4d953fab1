#include "base/log_writer.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace hermes::log {
namespace {

struct FixedClock final : Clock {
  Now now() const override { return {UtcTime(std::chrono::seconds(0)), {}}; }
  std::unique_ptr<Alarm> alarm(UniqueFunction<void()>) override { return nullptr; }
};

class LogWriterTest : public ::testing::Test {
 protected:
  LogWriterTest() {
    EXPECT_EQ(pipe(ends_), 0);
    EXPECT_EQ(fcntl(ends_[0], F_SETFL, O_NONBLOCK), 0);
  }
  ~LogWriterTest() override {
    close(ends_[0]);
    close(ends_[1]);
  }

  WriterOptions options() const { return {.descriptor = ends_[1]}; }

  // What has been written since the last call.
  std::string read_all() const {
    std::string text;
    char piece[4096];
    for (ssize_t size = 0; (size = read(ends_[0], piece, sizeof piece)) > 0;) {
      text.append(piece, static_cast<std::size_t>(size));
    }
    return text;
  }

  FixedClock clock_;
  int ends_[2] = {};
};

TEST_F(LogWriterTest, WritesInOrder) {
  Writer writer(clock_, options());
  writer.write({.message = "first"});
  writer.write({.message = "second"});
  writer.flush();
  EXPECT_EQ(read_all(),
            "1970-01-01T00:00:00.000000000Z INFO  engine: first\n"
            "1970-01-01T00:00:00.000000000Z INFO  engine: second\n");
}

TEST_F(LogWriterTest, WritesWhatIsQueuedAtItsEnd) {
  {
    Writer(clock_, options()).write({.message = "last"});
  }
  EXPECT_EQ(read_all(), "1970-01-01T00:00:00.000000000Z INFO  engine: last\n");
}

TEST_F(LogWriterTest, HasAMinimumForTheEngineOnly) {
  auto chosen = options();
  chosen.minimum = Level::Error;
  Writer writer(clock_, chosen);
  writer.write({.level = Level::Warn, .message = "engine"});
  writer.write({.level = Level::Trace, .guest = true, .component = "logging", .message = "app"});
  writer.flush();
  EXPECT_EQ(read_all(), "1970-01-01T00:00:00.000000000Z TRACE logging: app\n");
}

TEST_F(LogWriterTest, DropsAndCountsWhenFull) {
  auto chosen = options();
  chosen.queue_bytes = 200;
  Writer writer(clock_, chosen);
  const std::string too_long(200, 'x');
  writer.write({.message = too_long});
  writer.write({.message = too_long});
  writer.write({.message = "fits"});
  writer.flush();
  EXPECT_EQ(read_all(),
            "1970-01-01T00:00:00.000000000Z WARN  log: 2 records were dropped: they came faster "
            "than written\n"
            "1970-01-01T00:00:00.000000000Z INFO  engine: fits\n");
}

TEST_F(LogWriterTest, DoesNotWaitForAReaderThatStandsStill) {
  const std::string chunk(4000, 'x');
  Writer writer(clock_, options());
  for (int i = 0; i < 2'000; ++i) writer.write({.message = chunk});  // The pipe holds 64 KiB.
  writer.flush();
  EXPECT_FALSE(read_all().empty());
}

TEST_F(LogWriterTest, SurvivesAReaderThatIsGone) {
  int ends[2] = {};
  ASSERT_EQ(pipe(ends), 0);
  close(ends[0]);
  auto chosen = options();
  chosen.descriptor = ends[1];
  {
    Writer writer(clock_, chosen);
    writer.write({.message = "nobody hears"});
    writer.flush();
  }
  close(ends[1]);
}

TEST_F(LogWriterTest, TakesRecordsFromManyThreads) {
  {
    Writer writer(clock_, options());
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int n = 0; n < 100; ++n) writer.write({.message = "m"});
      });
    }
    for (auto& thread : threads) thread.join();
  }
  EXPECT_EQ(read_all().size(),
            400 * std::string("1970-01-01T00:00:00.000000000Z INFO  engine: m\n").size());
}

}  // namespace
}  // namespace hermes::log
