#include "package/package.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "package/package_test_files.h"
#include "package/signatures.h"
#include "package/store.h"

namespace hermes::package {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// Everything that a reader checks.
Result<> check(const fs::path& path, const fs::path& trust_store) {
  const auto package = TRY(Package::open(path));
  const auto trust = TRY(Trust::open(trust_store));
  for (const auto& signer :
       TRY(check_signatures(package.signatures(), package.digests(), trust, kNow))) {
    if (signer.doubt) return *signer.doubt;
  }
  return package.check_files();
}

TEST_F(PackageTest, HoldsFilesByTheirNames) {
  const auto package = Package::open(small_package());
  ASSERT_TRUE(package) << package.error().message();
  EXPECT_EQ(package->kind(), Kind::App);
  EXPECT_EQ(package->signatures(), "");
  EXPECT_EQ(package->archive().entries()[1].name, "www/a.txt.zst");
  EXPECT_EQ(*package->read("www/a.txt", 200), std::string(200, 'a'));
  EXPECT_EQ(message_of(package->read("www/a.txt", 199)),
            "\"www/a.txt\": it is larger than 199 bytes");
  EXPECT_EQ(message_of(package->read("www/b.txt", 1)), "there is no \"www/b.txt\"");
  EXPECT_TRUE(package->check_files());
}

TEST_F(PackageTest, IsTheSameForTheSameFiles) {
  const auto first = read_all(small_package());
  EXPECT_EQ(read_all(small_package()), first);
}

TEST_F(PackageTest, KeepsNamesThatEndAsCompressedOnes) {
  const PackagedFiles files = {{"a.zst", {.content = "a"}}, {"b", {.content = "b"}}};
  ASSERT_TRUE(write_package(Kind::App, files, path("p")));
  const auto package = Package::open(path("p"));
  EXPECT_EQ(package->archive().entries()[0].name, "a.zst.zst");
  fs::create_directory(path("out"));
  ASSERT_TRUE(package->unpack(path("out")));
  EXPECT_EQ(read_all(path("out/a.zst")), "a");
}

TEST_F(PackageTest, ThatIsCutAnywhereIsRefused) {
  const auto file = small_package();
  const auto ada = key_of("Ada");
  ASSERT_TRUE(sign_package(file, ada, Signer::Role::Author));
  const auto store = trusting({ada.chain.front()});
  ASSERT_EQ(message_of(check(file, store)), "none");
  const auto whole = read_all(file);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    write_file(file, whole.substr(0, size));
    EXPECT_FALSE(check(file, store)) << "cut to " << size;
  }
}

TEST_F(PackageTest, OfWhichAnyBitIsFlippedIsRefused) {
  const auto file = small_package();
  const auto ada = key_of("Ada");
  ASSERT_TRUE(sign_package(file, ada, Signer::Role::Author));
  const auto store = trusting({ada.chain.front()});
  auto bytes = read_all(file);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      const char flip = static_cast<char>(1U << bit);
      bytes[i] = static_cast<char>(bytes[i] ^ flip);
      write_file(file, bytes);
      EXPECT_FALSE(check(file, store)) << "byte " << i << ", bit " << bit;
      bytes[i] = static_cast<char>(bytes[i] ^ flip);
    }
  }
}

// An archive of these entries, in that order.
void write_entries(const fs::path& path,
                   std::initializer_list<std::pair<std::string_view, std::string_view>> entries) {
  auto writer = ArchiveWriter::create(path);
  for (const auto& [name, content] : entries) ASSERT_TRUE(writer->put(name, content));
  ASSERT_TRUE(writer->finish());
}

TEST_F(PackageTest, HasTheEntriesThatItsDigestsTell) {
  const auto line = [](std::string_view name, std::string_view content) {
    return to_hex(sha256(content)) + "  " + std::string(name) + "\n";
  };
  const auto title = std::string("# hermes app 1\n");
  const auto p = path("p");
  write_entries(p, {{"a", "1"}, {kDigestsEntry, title + line("a", "1")}});
  ASSERT_TRUE(Package::open(p));
  EXPECT_TRUE(Package::open(p)->check_files());

  write_entries(p, {{"a", "2"}, {kDigestsEntry, title + line("a", "1")}});
  EXPECT_EQ(message_of(Package::open(p)->check_files()), "\"a\": the content has another digest");
  EXPECT_EQ(message_of(Package::open(p)->read("a", 9)), "\"a\": the content has another digest");
  write_entries(p, {{"b", "1"}, {kDigestsEntry, title + line("a", "1")}});
  EXPECT_EQ(message_of(Package::open(p)),
            "the entry \"b\" stands where META/digests.txt has \"a\"");
  write_entries(p, {{"a", "1"}, {"b", "1"}, {kDigestsEntry, title + line("a", "1")}});
  EXPECT_EQ(message_of(Package::open(p)), "there are 2 files, and 1 in META/digests.txt");
  write_entries(p, {{"a", "1"}, {kDigestsEntry, title + line("a", "1") + line("b", "1")}});
  EXPECT_EQ(message_of(Package::open(p)), "there are 1 files, and 2 in META/digests.txt");
  write_entries(p,
                {{"b", "1"}, {"a", "1"}, {kDigestsEntry, title + line("b", "1") + line("a", "1")}});
  EXPECT_THAT(message_of(Package::open(p)),
              HasSubstr("META/digests.txt:3: the files are not in order"));
  write_entries(p, {{kDigestsEntry, title}, {"a", "1"}});
  EXPECT_THAT(message_of(Package::open(p)), HasSubstr("META/digests.txt is not where it belongs"));
  write_entries(p, {{"a", "1"}});
  EXPECT_THAT(message_of(Package::open(p)), HasSubstr("META/digests.txt is not where it belongs"));
  write_entries(p, {{kDigestsEntry, "# hermes app 2\n"}});
  EXPECT_THAT(message_of(Package::open(p)),
              HasSubstr("META/digests.txt:1: expected '# hermes app 1'"));
  write_entries(p, {{"a", "1"}, {kDigestsEntry, title + "ABC  a\n"}});
  EXPECT_THAT(message_of(Package::open(p)), HasSubstr("META/digests.txt:2: expected a SHA-256"));
}

TEST_F(PackageTest, HasNoBombs) {
  std::string frame;
  Sink sink([&](std::string_view piece) -> Result<> {
    frame += piece;
    return {};
  });
  Compressor compressor(64 << 20, sink);
  for (int i = 0; i < 64; ++i) ASSERT_TRUE(compressor.add(std::string(1 << 20, '\0')));
  ASSERT_TRUE(compressor.end());
  const auto digests = "# hermes app 1\n" + to_hex(sha256(frame)) + "  a.zst\n";
  write_entries(path("p"), {{"a.zst", frame}, {kDigestsEntry, digests}});
  const auto package = Package::open(path("p"));
  ASSERT_TRUE(package);
  fs::create_directory(path("out"));
  EXPECT_EQ(message_of(package->unpack(path("out"))),
            "\"a\": a file is compressed to less than 1/250 of its size");
  // Nor does the packager make what nobody reads.
  ASSERT_TRUE(
      write_package(Kind::App, {{"a", {.content = std::string(1 << 20, '\0')}}}, path("q")));
  EXPECT_TRUE(Package::open(path("q"))->unpack(path("out")));
}

TEST_F(PackageTest, IsUnpackedIntoTheStoreOnce) {
  const auto store = Store::open(path("home"));
  ASSERT_TRUE(store) << store.error().message();
  const auto package = Package::open(small_package());
  const auto files = store->install(*package);
  ASSERT_TRUE(files) << files.error().message();
  EXPECT_EQ(files->parent_path().filename(), to_hex(package->digest()));
  EXPECT_EQ(read_all(*files / "www/a.txt"), std::string(200, 'a'));
  EXPECT_EQ(fs::status(*files / "app.json").permissions(), fs::perms::owner_read);
  EXPECT_EQ(*store->install(*package), *files);
}

TEST_F(PackageTest, OfAnEngineThatWasKilledIsRemovedFromTheStore) {
  const auto store = Store::open(path("home"));
  write_file(path("home/packages/.new-abcdef/files/app.json"), "half");
  ASSERT_TRUE(store->install(*Package::open(small_package())));
  EXPECT_FALSE(fs::exists(path("home/packages/.new-abcdef")));
}

TEST_F(PackageTest, ThatIsDamagedLeavesNothingInTheStore) {
  const auto file = small_package();
  auto bytes = read_all(file);
  bytes[bytes.find("{}")] = '[';
  write_file(file, bytes);
  const auto store = Store::open(path("home"));
  EXPECT_EQ(message_of(store->install(*Package::open(file))),
            "\"app.json\": the content has another digest");
  EXPECT_TRUE(fs::is_empty(path("home/packages")));
}

TEST_F(PackageTest, NeedsAStoreThatIsPrivate) {
  fs::create_directories(path("home/packages"));
  fs::permissions(path("home/packages"), fs::perms::all);
  EXPECT_THAT(message_of(Store::open(path("home"))), HasSubstr("only its owner can use"));
}

}  // namespace
}  // namespace hermes::package
