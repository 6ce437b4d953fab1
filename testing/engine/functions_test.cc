// Host functions called by real components, with good, boundary and hostile arguments. A test here
// runs the test of that name that the component brings with it (testing/guests/functions).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "extensions/hash/hash.h"
#include "testing/engine/engine_fixture.h"
#include "wit/hermes/integration_test.h"

namespace hermes::testing {
namespace {

using ::testing::HasSubstr;
using RunTest = wit::integration_test::Test;

class FunctionsTest : public EngineFixture {
 protected:
  void start_guest(std::string_view guest, std::unique_ptr<runtime::Extension> extension) {
    start(std::move(extension));
    start_app(app_of(guest, {guest}));
    guest_ = guest;
  }

  /// "passed", "failed", or why the call ended.
  std::string run(std::string_view test) {
    for (std::uint32_t i = 0;; ++i) {
      const auto named = expect(ask(guest_, RunTest{i, false}));
      if (!named) return "there is no such test";
      if (named->name != test) continue;
      const auto result = ask(guest_, RunTest{i, true});
      if (!result) return result.error().message();
      return (*result)->status ? "passed" : "failed";
    }
  }

 private:
  std::string guest_;
};

class HashFunctionsTest : public FunctionsTest {
 protected:
  void SetUp() override { start_guest("test_hash", hash::make()); }
};

TEST_F(HashFunctionsTest, OfficialVectorsPass) {
  EXPECT_EQ(run("official vectors of BLAKE2b"), "passed");
  EXPECT_EQ(run("official vectors of BLAKE2s"), "passed");
  EXPECT_EQ(run("RFC 7693"), "passed");
  EXPECT_EQ(run("official vectors of BLAKE3"), "passed");
}

TEST_F(HashFunctionsTest, KeyedFormsTakeSaltAndPersonalisation) {
  EXPECT_EQ(run("salt and personalisation"), "passed");
}

TEST_F(HashFunctionsTest, TheDefaultsAre32And64And32Bytes) {
  EXPECT_EQ(run("sizes"), "passed");
}

TEST_F(HashFunctionsTest, TheOrderOfTheChecksIsKeyZeroSizeSaltPersonal) {
  EXPECT_EQ(run("order of the checks"), "passed");
  EXPECT_EQ(run("sizes of plain hashes"), "passed");
}

TEST_F(HashFunctionsTest, ABlake3KeyIsFilledUpWithZeroesAndLongerIsTooBig) {
  EXPECT_EQ(run("keys of BLAKE3"), "passed");
}

TEST_F(HashFunctionsTest, MuchDataIsHashed) {
  EXPECT_EQ(run("much data"), "passed");
}

TEST_F(HashFunctionsTest, HugeLengthsEndTheCallAlone) {
  EXPECT_THAT(run("huge length"), HasSubstr("out of bounds"));
  EXPECT_EQ(run("huge key"), "passed");
  EXPECT_EQ(run("sizes"), "passed") << "the app runs on";
}

}  // namespace
}  // namespace hermes::testing
