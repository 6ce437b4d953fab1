// What a guest sees of the world through WASI: arguments, environment, folders.

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <set>
#include <sstream>
#include <string_view>

#include "testing/engine/world_fixture.h"

namespace hermes::testing {
namespace {

class WasiWorldTest : public WorldFixture {};

TEST_F(WasiWorldTest, ArgumentsAndEnvironmentAreThoseOfTheManifest) {
  add_app("app", R"({"wasi": {"arguments": ["one", "two words"], "environment": {"A": "b=c"}}})");
  EXPECT_EQ(tell("app", "/args"), "one;two words;");
  EXPECT_EQ(tell("app", "/env/A"), "b=c");
  EXPECT_EQ(tell("app", "/env/HOME"), "unset");
  add_app("none");
  EXPECT_EQ(tell("none", "/args"), "");
  EXPECT_EQ(tell("none", "/env/PATH"), "unset");
}

TEST_F(WasiWorldTest, ItsFilesAreReadAndNotWritten) {
  std::filesystem::create_directory(files.path() / "dir");
  write(files.path() / "dir/file.txt", "content");
  add_app("app");
  EXPECT_EQ(tell("app", "/read//srv/share/dir/file.txt"), "content");
  EXPECT_EQ(tell("app", "/list//"), "etc lib srv tmp usr var ");
  EXPECT_EQ(tell("app", "/list//srv/share/"), "dir ");
  EXPECT_EQ(tell("app", "/read//etc/world.json"), "{}");
  EXPECT_EQ(tell("app", "/read//etc/settings/world.json"), "{}");
  for (const auto* path : {"/new", "/etc/world.json", "/srv/share/new", "/srv/share/dir/file.txt",
                           "/usr/lib/world/new", "/lib/world/new"}) {
    EXPECT_EQ(tell("app", concat("/write/", path), "x"), "Operation not permitted") << path;
    EXPECT_EQ(tell("app", concat("/remove/", path)), "Operation not permitted") << path;
    EXPECT_EQ(tell("app", concat("/mkdir/", path)), "Operation not permitted") << path;
    EXPECT_EQ(tell("app", concat("/rename/", path), "/var/new"), "Operation not permitted") << path;
    EXPECT_EQ(tell("app", concat("/symlink/", path), "x"), "Operation not permitted") << path;
  }
  EXPECT_EQ(tell("app", "/read//srv/share/dir/file.txt"), "content");
}

TEST_F(WasiWorldTest, APathThatEndsInASlashIsOfADirectory) {
  std::filesystem::create_directory(files.path() / "dir");
  write(files.path() / "file.txt", "content");
  add_app("app");
  EXPECT_EQ(tell("app", "/write//var/note", "x"), "written");
  for (const auto* file : {"/srv/share/file.txt", "/var/note", "/etc/world.json"}) {
    EXPECT_EQ(tell("app", concat("/kind/", file)), "file") << file;
    for (const auto* end : {"/", "/.", "//"}) {
      EXPECT_EQ(tell("app", concat("/kind/", file, end)), "Not a directory") << file << end;
      EXPECT_EQ(tell("app", concat("/read/", file, end)), "Not a directory") << file << end;
      EXPECT_EQ(tell("app", concat("/remove/", file, end)), "Not a directory") << file << end;
    }
  }
  EXPECT_EQ(tell("app", "/kind//srv/share/dir/"), "directory");
  EXPECT_EQ(tell("app", "/kind//var/"), "directory");
  EXPECT_EQ(tell("app", "/kind//srv/share/none/"), "No such file or directory");
  EXPECT_EQ(tell("app", "/read//var/note"), "x");
}

TEST_F(WasiWorldTest, NothingOutsideIsSeen) {
  write(home.path() / "secret", "secret");
  std::filesystem::create_symlink(home.path() / "secret", files.path() / "link");
  std::filesystem::create_directory_symlink("/", files.path() / "root");
  add_app("app");
  for (const auto* path : {"/link", "/srv/share/link", "/srv/share/root/etc/passwd", "/../secret",
                           "/srv/share/../../../secret", "/etc/passwd", "/var/../../../../secret",
                           "/var/../../../sqlite.db", "/dev/null", "/proc/self/environ",
                           "/tmp/../../../secret", "/var/../tmp"}) {
    EXPECT_TRUE(is_refusal(tell("app", concat("/read/", path)))) << path;
    EXPECT_TRUE(is_refusal(tell("app", concat("/write/", path), "x"))) << path;
  }
  EXPECT_FALSE(std::filesystem::exists(own("app") / "sqlite.db"));
  EXPECT_FALSE(std::filesystem::exists(own("app").parent_path() / "sqlite.db"));
}

TEST_F(WasiWorldTest, NoLinkLeadsOut) {
  write(home.path() / "secret", "secret");
  write(files.path() / "file.txt", "content");
  add_app("app");
  EXPECT_TRUE(is_refusal(tell("app", "/symlink//var/absolute", "/etc/passwd")));
  EXPECT_TRUE(is_refusal(tell("app", "/read//var/absolute")));
  for (const auto* target : {"../../../../secret", "..", "../tmp"}) {
    const auto link = concat("/var/link", std::string_view(target).size());
    EXPECT_EQ(tell("app", concat("/symlink/", link), target), "done");
    EXPECT_TRUE(is_refusal(tell("app", concat("/read/", link)))) << target;
    EXPECT_TRUE(is_refusal(tell("app", concat("/read/", link, "/secret")))) << target;
    EXPECT_TRUE(is_refusal(tell("app", concat("/write/", link, "/new"), "x"))) << target;
    EXPECT_TRUE(is_refusal(tell("app", concat("/list/", link)))) << target;
  }
  EXPECT_TRUE(is_refusal(tell("app", "/rename//srv/share/file.txt", "/var/file.txt")));
  EXPECT_TRUE(is_refusal(tell("app", "/rename//var/link2", "/var/../../moved")));
  EXPECT_EQ(tell("app", "/write//var/inside", "x"), "written");
  EXPECT_EQ(tell("app", "/symlink//var/to_inside", "inside"), "done");
  EXPECT_EQ(tell("app", "/read//var/to_inside"), "x");
}

TEST_F(WasiWorldTest, DataStaysAndBelongsToTheApp) {
  add_app("app");
  add_app("other");
  EXPECT_EQ(tell("app", "/write//var/note", "kept"), "written");
  EXPECT_EQ(tell("other", "/read//var/note"), "No such file or directory");
  EXPECT_EQ(tell("other", "/write//var/note", "another"), "written");
  EXPECT_EQ(tell("app", "/read//var/note"), "kept");
  expect(engine->stop_app("local:app"));
  add_app("app");
  EXPECT_EQ(tell("app", "/read//var/note"), "kept");
  EXPECT_EQ(tell("app", "/remove//var/note"), "removed");
  EXPECT_EQ(tell("other", "/read//var/note"), "another");
}

TEST_F(WasiWorldTest, TmpBelongsToTheCall) {
  add_app("app");
  EXPECT_EQ(tell("app", "/write//tmp/note", "gone"), "written");
  EXPECT_EQ(tell("app", "/read//tmp/note"), "No such file or directory");
  EXPECT_EQ(tell("app", "/write//var/note", "moved"), "written");
  EXPECT_EQ(tell("app", "/rename//var/note", "/tmp/note"), "Cross-device link");
  EXPECT_EQ(tell("app", "/symlink//tmp/link", "note"), "Not supported");
  EXPECT_EQ(tell("app", "/list//tmp"), "");
}

TEST_F(WasiWorldTest, TmpIsInMemoryHoweverDeepItIs) {
  add_app("app");
  EXPECT_EQ(tell("app", "/nest//tmp", "20000"), "done");
  EXPECT_EQ(tell("app", "/write//tmp/note", "gone"), "written");
  EXPECT_TRUE(std::filesystem::is_empty(own("app")));
}

TEST_F(WasiWorldTest, EveryPlaceIsAFileSystem) {
  for (const std::string folder : {"/tmp", "/var"}) {
    SCOPED_TRACE(folder);
    const auto app = folder.substr(1);
    add_app(app);
    EXPECT_EQ(tell(app, "/exercise/" + folder), "done");
    add_app(app + "2");
    EXPECT_EQ(tell(app + "2", "/exercise/" + folder + "/deeper"), "done");
  }
}

TEST_F(WasiWorldTest, AnAppThatUsesNoFoldersHasNoneOnDisk) {
  add_app("app", "{}", "echo");
  tell("app", "/");
  EXPECT_TRUE(std::filesystem::is_empty(home.path()));
}

TEST_F(WasiWorldTest, RandomBytesAreAsManyAsAskedForAndNeverTheSame) {
  constexpr std::size_t kPiece = 32;
  constexpr std::size_t kPieces = 10'000;
  add_app("app");
  for (const auto size : std::initializer_list<std::size_t>{0, 1, 7}) {
    EXPECT_EQ(tell("app", concat("/random/", size)).size(), size);
  }
  const auto bytes = concat(tell("app", concat("/random/", kPieces * kPiece)),
                            tell("app", concat("/random/", kPiece)));
  ASSERT_EQ(bytes.size(), (kPieces + 1) * kPiece);
  std::set<std::string_view> pieces;
  for (std::size_t i = 0; i <= kPieces; ++i) {
    pieces.insert(std::string_view(bytes).substr(i * kPiece, kPiece));
  }
  EXPECT_EQ(pieces.size(), kPieces + 1);
}

TEST_F(WasiWorldTest, OneClockIsThatOfTheMachineAndTheOtherGoesOn) {
  using namespace std::chrono_literals;
  add_app("app");
  const auto before = clock.now();
  std::istringstream answer(tell("app", "/clocks/50"));
  const auto after = clock.now();
  std::int64_t wall = 0;
  std::int64_t monotonic = 0;
  std::int64_t later_wall = 0;
  std::int64_t later_monotonic = 0;
  answer >> wall >> monotonic >> later_wall >> later_monotonic;
  const auto utc = [](std::int64_t time) { return UtcTime(std::chrono::nanoseconds(time)); };
  EXPECT_LE(before.utc, utc(wall));
  EXPECT_LE(utc(later_wall), after.utc);
  const std::chrono::nanoseconds slept(later_monotonic - monotonic);
  EXPECT_GE(slept, 50ms);
  EXPECT_LE(slept, after.monotonic - before.monotonic);
}

TEST_F(WasiWorldTest, SocketsAreRefusedWithoutAPermission) {
  add_app("app", "{}", "wasi_bare");
  constexpr auto kAccessDenied = 1;  // In the order of the error codes of wasi:sockets.
  EXPECT_EQ(tell("app", "/sockets"), concat(kAccessDenied, " ", kAccessDenied, " ", kAccessDenied));
}

}  // namespace
}  // namespace hermes::testing
