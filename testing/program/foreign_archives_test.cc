// Archives that others have made, to take an engine in: each is refused with a reason, by a command
// and by an engine that serves on.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "testing/program/hermes_program.h"
#include "testing/program/packages_fixture.h"

namespace hermes::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class ForeignArchivesTest : public PackagesFixture {
 protected:
  // By Python, in which `out` is the archive and `entry(name, content, mode=…)` adds to it.
  std::string make(const std::string& name, const std::string& body) const {
    auto file = path(name);
    const auto script = R"(
import stat, struct, sys, warnings, zipfile
warnings.simplefilter("ignore")
path = sys.argv[1]
def entry(name, content=b"", mode=0o100644, method=zipfile.ZIP_STORED):
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    info.create_system = 3
    info.compress_type = method
    out.writestr(info, content)
with zipfile.ZipFile(path, "w") as out:
)" + body;
    const auto made = run_program({"python3", "-c", script, file});
    EXPECT_EQ(made.code, 0) << made.output;
    return file;
  }
};

TEST_F(ForeignArchivesTest, AreRefused) {
  const std::string app =
      "    entry('app.json', b'{}')\n    entry('META/digests.txt', b'# hermes app 1\\n')\n";
  const struct {
    const char* name;
    std::string body;
  } archives[] = {
      {"plain", app},
      {"twice", "    entry('app.json')\n    entry('app.json')\n"},
      {"absolute", "    entry('/etc/passwd')\n" + app},
      {"above", "    entry('../escaped')\n" + app},
      {"link", "    entry('www', b'/etc', mode=0o120777)\n" + app},
      {"device", "    entry('www', b'', mode=0o020666)\n" + app},
      {"backslash", "    entry('a\\\\b')\n" + app},
      {"bomb", "    entry('www/zeros', bytes(100_000_000), method=zipfile.ZIP_DEFLATED)\n" + app},
      {"many", "    for i in range(65_540): entry(str(i))\n" + app},
      {"not utf-8", app +
                        "data = open(path, 'rb').read().replace(b'app.json', b'app\\xff\\xfe.js')\n"
                        "open(path, 'wb').write(data)\n"},
      {"overlap", app + "data = bytearray(open(path, 'rb').read())\n"
                        "at = data.rfind(b'PK\\1\\2')\n"
                        "data[at + 42:at + 46] = struct.pack('<I', 0)\n"
                        "open(path, 'wb').write(data)\n"},
      {"other sizes", app + "data = bytearray(open(path, 'rb').read())\n"
                            "data[22:26] = struct.pack('<I', 1)\n"
                            "open(path, 'wb').write(data)\n"},
  };
  HermesProgram program({"run", example_app("hello")}, path("home"));
  program.wait_for_app("hello");
  for (const auto& archive : archives) {
    const auto file = make(std::string(archive.name) + ".happ", archive.body);
    const auto verified = hermes({"app", "verify", file});
    EXPECT_EQ(verified.code, 1) << archive.name;
    EXPECT_THAT(verified.output, StartsWith("hermes: ")) << archive.name;
    const auto loaded = program.ctl({"load", file});
    EXPECT_EQ(loaded.code, 1) << archive.name;
    EXPECT_THAT(loaded.output, HasSubstr(file)) << archive.name;
  }
  EXPECT_EQ(program.curl("hello", "/api/hello").body, "hello");
  EXPECT_THAT(store(), IsEmpty());
}

}  // namespace
}  // namespace hermes::testing
