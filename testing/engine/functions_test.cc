// Host functions called by real components, with good, boundary and hostile arguments. A test here
// runs the test of that name that the component brings with it (testing/guests/functions).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/metered_log.h"
#include "base/strings.h"
#include "extensions/crypto/crypto.h"
#include "extensions/hash/hash.h"
#include "extensions/localtime/localtime.h"
#include "extensions/logging/logging.h"
#include "testing/engine/engine_fixture.h"
#include "testing/engine/usage.h"
#include "wit/hermes/integration_test.h"

namespace hermes::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using RunTest = wit::integration_test::Test;

class FunctionsTest : public EngineFixture {
 protected:
  void start_guest(std::string_view guest, std::unique_ptr<runtime::Extension> extension) {
    start(std::move(extension));
    start_app(app_of(guest, {guest}));
    guest_ = guest;
  }

  /// "passed", "failed", or why the call ended.
  std::string run(std::string_view test) { return run(number_of(test)); }

  /// Runs it that often, and then nothing is left of it.
  void expect_nothing_left_of(std::string_view test, int times, std::string_view outcome) {
    const auto number = number_of(test);
    const auto run_often = [&](int count) {
      for (int i = 0; i < count; ++i) ASSERT_THAT(run(number), HasSubstr(outcome));
    };
    run_often(times / 10 + 1);
    const auto before = Usage::now();
    run_often(times);
    expect_nothing_left(before, test);
  }

 private:
  std::uint32_t number_of(std::string_view test) {
    for (std::uint32_t i = 0;; ++i) {
      const auto named = expect(ask(guest_, RunTest{i, false}));
      if (!named) throw std::runtime_error(concat("there is no test '", test, "'"));
      if (named->name == test) return i;
    }
  }

  std::string run(std::uint32_t number) {
    const auto result = ask(guest_, RunTest{number, true});
    if (!result) return result.error().message();
    return (*result)->status ? "passed" : "failed";
  }

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

TEST_F(HashFunctionsTest, TenThousandCallsLeaveNothingBehind) {
  expect_nothing_left_of("sizes of plain hashes", kManyCalls * 9 / 10, "passed");
  expect_nothing_left_of("huge length", kManyCalls / 10, "out of bounds");
}

class CryptoFunctionsTest : public FunctionsTest {
 protected:
  void SetUp() override { start_guest("test_crypto", crypto::make()); }
};

TEST_F(CryptoFunctionsTest, MnemonicsHave12To24WordsInAllTenLanguages) {
  EXPECT_EQ(run("every language"), "passed");
}

TEST_F(CryptoFunctionsTest, MnemonicsBeginWithAPrefixOfUpTo3Words) {
  EXPECT_EQ(run("prefixes"), "passed");
}

TEST_F(CryptoFunctionsTest, WrongArgumentsOfGenerateMnemonicAreErrors) {
  EXPECT_EQ(run("errors"), "passed");
}

TEST_F(CryptoFunctionsTest, VectorsOfBip39Pass) {
  EXPECT_EQ(run("official mnemonics"), "passed");
}

TEST_F(CryptoFunctionsTest, VectorsOfCip3AndCip11AndCip1852Pass) {
  EXPECT_EQ(run("official keys"), "passed");
}

TEST_F(CryptoFunctionsTest, OfficialSignaturesOfBip32Ed25519AreMade) {
  EXPECT_EQ(run("official signatures"), "passed");
}

TEST_F(CryptoFunctionsTest, PathsHaveHardenedMarks) {
  EXPECT_EQ(run("paths"), "passed");
}

TEST_F(CryptoFunctionsTest, KeysSignAndCheck) {
  EXPECT_EQ(run("signatures"), "passed");
}

TEST_F(CryptoFunctionsTest, APassphraseIsItsWordsWithSpaces) {
  EXPECT_EQ(run("joined passphrase"), "passed");
}

TEST_F(CryptoFunctionsTest, WordsThatAreNoMnemonicTrapAndAreNotNamed) {
  const auto trap = [&](std::string_view test, std::string_view reason) {
    const auto error = run(test);
    EXPECT_THAT(error, HasSubstr(concat("bip32-ed25519: ", reason))) << test;
    EXPECT_THAT(error, Not(HasSubstr("swordfish")));
  };
  trap("wrong checksum", "the checksum of the mnemonic is wrong");
  trap("eleven words", "a mnemonic has 12, 15, 18, 21 or 24 words");
  trap("many words", "a mnemonic has 12, 15, 18, 21 or 24 words");
  trap("unknown word", "a word of the mnemonic is not in the list of its language");
  trap("two languages", "the words are two mnemonics in two languages");
  trap("long passphrase", "a passphrase has at most 65536 bytes");
  EXPECT_EQ(run("official keys"), "passed") << "the app runs on";
}

TEST_F(CryptoFunctionsTest, PathsThatAreNoneTrap) {
  EXPECT_THAT(run("bad path"), HasSubstr("derive: a derivation path has steps like"));
  EXPECT_THAT(run("long path"), HasSubstr("derive: a derivation path has at most 255 steps"));
}

TEST_F(CryptoFunctionsTest, WrongHandlesTrap) {
  EXPECT_THAT(run("wrong handle"), HasSubstr("handle"));
  EXPECT_THAT(run("dropped handle"), HasSubstr("handle"));
}

TEST_F(CryptoFunctionsTest, DroppedKeysAreReleased) {
  EXPECT_EQ(run("make and drop"), "passed");
}

TEST_F(CryptoFunctionsTest, KeysThatAreKeptEndWithTheCall) {
  expect_nothing_left_of("keys that are kept", 50, "passed");
}

TEST_F(CryptoFunctionsTest, TenThousandCallsLeaveNothingBehind) {
  expect_nothing_left_of("errors", kManyCalls * 8 / 10, "passed");
  expect_nothing_left_of("unknown word", kManyCalls / 10, "a word of the mnemonic");
  expect_nothing_left_of("eleven words", kManyCalls / 10, "a mnemonic has 12");
}

class LocaltimeFunctionsTest : public FunctionsTest {
 protected:
  void SetUp() override { start_guest("test_localtime", localtime::make(clock)); }
};

TEST_F(LocaltimeFunctionsTest, FieldsAreThoseOfTheZone) {
  EXPECT_EQ(run("fields"), "passed");
  EXPECT_EQ(run("zones"), "passed");
}

TEST_F(LocaltimeFunctionsTest, TheDayOfTheWeekIsIgnored) {
  EXPECT_EQ(run("day of the week is ignored"), "passed");
}

TEST_F(LocaltimeFunctionsTest, NoneIsTheZoneOfTheMachine) {
  EXPECT_EQ(run("none is the machine"), "passed");
}

TEST_F(LocaltimeFunctionsTest, ATimeInASpringGapIsInvalid) {
  EXPECT_EQ(run("gap"), "passed");
}

TEST_F(LocaltimeFunctionsTest, AnAmbiguousTimeTakesTheEarlierOffset) {
  EXPECT_EQ(run("overlap"), "passed");
}

TEST_F(LocaltimeFunctionsTest, SummerTimeIsKnownToTheYear9999) {
  EXPECT_EQ(run("far years"), "passed");
}

TEST_F(LocaltimeFunctionsTest, ABadFieldIsInvalid) {
  EXPECT_EQ(run("bad fields"), "passed");
}

TEST_F(LocaltimeFunctionsTest, YearsAre1970To9999) {
  EXPECT_EQ(run("years"), "passed");
}

TEST_F(LocaltimeFunctionsTest, UnknownZonesAreAnError) {
  EXPECT_EQ(run("unknown zones"), "passed");
  EXPECT_THAT(run("zone that is no text"), HasSubstr("invalid utf-8"));
}

TEST_F(LocaltimeFunctionsTest, ManyCallsAreAnswered) {
  EXPECT_EQ(run("many calls"), "passed");
}

TEST_F(LocaltimeFunctionsTest, TenThousandCallsLeaveNothingBehind) {
  expect_nothing_left_of("zones", kManyCalls * 8 / 10, "passed");
  expect_nothing_left_of("gap", kManyCalls / 10, "passed");
  expect_nothing_left_of("zone that is no text", kManyCalls / 10, "invalid utf-8");
}

// What becomes of the records is tested with the built program.
class LoggingFunctionsTest : public FunctionsTest {
 protected:
  void SetUp() override { start_guest("test_logging", logging::make(metered_)); }

 private:
  struct Nowhere final : log::Log {
    void write(const log::Record&) override {}
  };

  Nowhere nowhere_;
  log::MeteredLog metered_{nowhere_, clock};
};

TEST_F(LoggingFunctionsTest, TenThousandCallsLeaveNothingBehind) {
  for (const auto* test : {"line ends", "backtrace", "longest text", "texts too long"}) {
    expect_nothing_left_of(test, kManyCalls * 2 / 10, "passed");
  }
  expect_nothing_left_of("text that is none", kManyCalls / 10, "invalid utf-8");
  expect_nothing_left_of("text that is elsewhere", kManyCalls / 10, "out of bounds");
}

}  // namespace
}  // namespace hermes::testing
