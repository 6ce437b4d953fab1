#include "cli/secrets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace hermes::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

using Variables = std::vector<std::pair<std::string, std::string>>;

class SecretsTest : public ::testing::Test {
 protected:
  SecretsTest() {
    auto pattern = (std::filesystem::temp_directory_path() / "secrets_XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
  }
  ~SecretsTest() override { std::filesystem::remove_all(directory_); }

  std::string write(std::string_view name, std::string_view content, mode_t mode = 0600) const {
    const auto path = directory_ / name;
    std::ofstream(path) << content;
    ::chmod(path.c_str(), mode);
    return path.string();
  }

  static Result<Variables> read(const std::string& place) {
    return Secrets({{"local:app", {{"KEY", place}}}}, {{"VARIABLE", "from outside"}})
        .of("local:app");
  }

  std::filesystem::path directory_;
};

TEST_F(SecretsTest, ComeFromFilesAndTheEnvironment) {
  EXPECT_EQ(*read("file:" + write("key", "a b=c\n")), (Variables{{"KEY", "a b=c"}}));
  EXPECT_EQ(*read("file:" + write("key", "two\nlines\n\n")), (Variables{{"KEY", "two\nlines\n"}}));
  EXPECT_EQ(*read("env:VARIABLE"), (Variables{{"KEY", "from outside"}}));
}

TEST_F(SecretsTest, ComeFromCredentialsOfSystemd) {
  write("mail", "hidden\n", 0400);
  const SecretPlaces places = {{"local:app", {{"KEY", "credential:mail"}}}};
  EXPECT_EQ(*Secrets(places, {{"CREDENTIALS_DIRECTORY", directory_.string()}}).of("local:app"),
            (Variables{{"KEY", "hidden"}}));
  EXPECT_THAT(Secrets(places, {}).of("local:app").error().message(), HasSubstr("systemd"));
}

TEST_F(SecretsTest, OfSystemdMayHaveTheModeThatSystemdGivesThem) {
  const SecretPlaces places = {{"local:app", {{"KEY", "credential:mail"}}}};
  const auto path = write("mail", "hidden\n", 0440);
  Secrets secrets(places, {{"CREDENTIALS_DIRECTORY", directory_.string()}});
  EXPECT_EQ(*secrets.of("local:app"), (Variables{{"KEY", "hidden"}}));
  EXPECT_THAT(read("file:" + path).error().message(), HasSubstr("is open to others"));
  write("mail", "hidden\n", 0444);
  EXPECT_THAT(secrets.of("local:app").error().message(), HasSubstr("is open to others"));
  write("mail", "hidden\n", 0460);
  EXPECT_THAT(secrets.of("local:app").error().message(), HasSubstr("is open to others"));
}

TEST_F(SecretsTest, BelongToOneApp) {
  Secrets secrets({{"local:app", {{"KEY", "env:VARIABLE"}}}}, {{"VARIABLE", "x"}});
  EXPECT_EQ(*secrets.of("local:other"), Variables());
  secrets.set({{"local:other", {{"KEY", "env:VARIABLE"}}}});
  EXPECT_EQ(*secrets.of("local:app"), Variables());
  EXPECT_EQ(secrets.of("local:other")->size(), 1U);
}

TEST_F(SecretsTest, ThatOthersCanReadAreRefused) {
  for (const mode_t mode : {0640U, 0604U, 0660U, 0644U}) {
    const auto path = write("key", "the value", mode);
    const auto read_it = read("file:" + path);
    ASSERT_FALSE(read_it.has_value());
    EXPECT_THAT(read_it.error().message(), HasSubstr("chmod 600 " + path));
    EXPECT_THAT(read_it.error().message(), Not(HasSubstr("the value")));
  }
}

TEST_F(SecretsTest, ThatAreNotThereAreTold) {
  const auto why = [](const std::string& place) { return read(place).error().message(); };
  EXPECT_THAT(why("env:NOTHING"), HasSubstr("secret 'KEY': the engine has no variable NOTHING"));
  EXPECT_THAT(why("file:/nothing/there"), HasSubstr("/nothing/there: No such file"));
  EXPECT_THAT(why("file:" + directory_.string()), HasSubstr("is not a file"));
  std::filesystem::create_symlink(write("key", "x"), directory_ / "link");
  EXPECT_FALSE(read("file:" + (directory_ / "link").string()).has_value());
  EXPECT_THAT(why("file:" + write("large", std::string(70'000, 'x'))), HasSubstr("64 KiB"));
  EXPECT_THAT(why("file:" + write("nul", std::string_view("a\0b", 3))), HasSubstr("NUL"));
}

TEST(SecretPlaces, AreFilesAndVariables) {
  EXPECT_TRUE(is_secret_place("env:X"));
  EXPECT_TRUE(is_secret_place("file:/x"));
  EXPECT_TRUE(is_secret_place("credential:x"));
  for (const auto* other : {"", "env:", "file:x", "file:", "s3cr3t", "ENV:X",
                            "credential:", "credential:..", "credential:a/b"}) {
    EXPECT_FALSE(is_secret_place(other)) << other;
  }
}

}  // namespace
}  // namespace hermes::cli
