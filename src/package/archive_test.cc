#include "package/archive.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "package/archive_writer.h"
#include "package/package_test_files.h"

namespace hermes::package {
namespace {

using ::testing::HasSubstr;

std::uint32_t crc_of(std::string_view content) {
  return static_cast<std::uint32_t>(
      crc32_z(0, reinterpret_cast<const unsigned char*>(content.data()), content.size()));
}

struct Made {
  std::string name;
  std::string content;
};

// An archive as packages are, but for what `change` does to the headers.
std::string made_archive(
    const std::vector<Made>& all, const std::function<void(std::string&, std::string&)>& change =
                                      [](std::string&, std::string&) {}) {
  std::string text;
  std::string directory;
  for (const auto& one : all) {
    const ZipEntry entry{one.name, crc_of(one.content),
                         static_cast<std::uint32_t>(one.content.size()), text.size()};
    auto local = local_header(entry);
    auto central = central_header(entry);
    change(local, central);
    text += local + one.content;
    directory += central;
  }
  return text + directory + end_records(all.size(), directory.size(), text.size());
}

class ArchiveTest : public PackageTest {
 protected:
  std::string error_of(std::string_view text) const {
    write_file(path("a.zip"), text);
    return message_of(Archive::open(*open_file(path("a.zip"))));
  }
};

TEST_F(ArchiveTest, HoldsWhatWasWritten) {
  auto writer = ArchiveWriter::create(path("a.zip"));
  ASSERT_TRUE(writer);
  ASSERT_TRUE(writer->put("a", "one"));
  ASSERT_TRUE(writer->begin("b"));
  ASSERT_TRUE(writer->add("gone"));
  ASSERT_TRUE(writer->drop());
  ASSERT_TRUE(writer->put("b/c", ""));
  ASSERT_TRUE(writer->finish());
  EXPECT_EQ(read_all(path("a.zip")), made_archive({{"a", "one"}, {"b/c", ""}}));
  const auto archive = Archive::open(*open_file(path("a.zip")));
  ASSERT_TRUE(archive) << archive.error().message();
  ASSERT_EQ(archive->entries().size(), 2U);
  EXPECT_EQ(*archive->read(archive->entries()[0], 3), "one");
  EXPECT_FALSE(archive->read(archive->entries()[0], 2));
  EXPECT_EQ(*archive->read(archive->entries()[1], 0), "");
  EXPECT_EQ(error_of(made_archive({})), "none");
}

TEST_F(ArchiveTest, IsReadByOtherTools) {
  write_file(path("a.zip"), made_archive({{"a", "one"}, {"b/ü", "two"}}));
  const auto command = concat("unzip -tq ", path("a.zip").string(), " >", path("out").string(),
                              " 2>&1 && python3 -c 'import zipfile, sys; z = "
                              "zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; "
                              "assert z.namelist() == [\"a\", \"b/\\u00fc\"]' ",
                              path("a.zip").string());
  EXPECT_EQ(std::system(command.c_str()), 0) << read_all(path("out"));
}

TEST_F(ArchiveTest, IsNothingElse) {
  const auto good = made_archive({{"a", "one"}, {"b", "two"}});
  EXPECT_THAT(error_of(""), HasSubstr("shorter than an empty archive"));
  EXPECT_THAT(error_of(std::string(100, '\0')), HasSubstr("end record"));
  EXPECT_THAT(error_of("#!/bin/sh\n" + good), HasSubstr("not where the end record has it"));
  EXPECT_THAT(error_of(good + "more"), HasSubstr("does not end in the end record"));
  auto commented = good;
  commented[commented.size() - 2] = 4;
  EXPECT_THAT(error_of(commented + "more"), HasSubstr("does not end in the end record"));
  // Something between the entries and the directory.
  const auto directory = good.find("PK\1\2");
  auto gap = good;
  gap.insert(directory, "gap");
  gap[gap.size() - 6] = static_cast<char>(gap[gap.size() - 6] + 3);
  EXPECT_THAT(error_of(gap), HasSubstr("between the entries and the central directory"));
}

TEST_F(ArchiveTest, HasNoEntriesThatOverlap) {
  const std::vector<Made> all = {{"a", std::string(50, 'x')}, {"b", "two"}};
  // The second one's header lies in the content of the first, as in David Fifield's bombs.
  auto change = [n = 0](std::string&, std::string& central) mutable {
    if (n++ == 1) central[central::kOffset] = 31;
  };
  EXPECT_THAT(error_of(made_archive(all, change)), HasSubstr("does not follow the one before"));
  auto longer = [](std::string& local, std::string& central) {
    for (auto* header : {&local, &central}) {
      const std::size_t at = header == &local ? 18 : 20;
      (*header)[at + 1] = (*header)[at + 5] = 1;
    }
  };
  EXPECT_THAT(error_of(made_archive({{"a", "one"}}, longer)), HasSubstr("ends beyond"));
}

TEST_F(ArchiveTest, HasPlainFilesOnly) {
  const auto with = [&](std::size_t at, std::initializer_list<int> bytes) {
    return error_of(made_archive({{"a", "one"}}, [&](std::string&, std::string& central) {
      std::size_t i = at;
      for (const int byte : bytes) central[i++] = static_cast<char>(byte);
    }));
  };
  EXPECT_THAT(with(central::kAttributes + 2, {0xff, 0xa1}), HasSubstr("is a symbolic link"));
  EXPECT_THAT(with(central::kAttributes + 2, {0xed, 0x41}), HasSubstr("is no plain file"));
  EXPECT_THAT(with(central::kFlags, {1}), HasSubstr("is encrypted"));
  EXPECT_THAT(with(central::kMethod, {8}), HasSubstr("compressed by ZIP"));
  EXPECT_THAT(with(central::kFlags + 1, {0}), HasSubstr("packages do not have"));
  EXPECT_THAT(with(12, {1}), HasSubstr("packages do not have"));
  EXPECT_THAT(with(central::kCrc, {1, 2, 3, 4}), HasSubstr("differs from the central directory"));
}

TEST_F(ArchiveTest, HasNamesThatStayInside) {
  const struct {
    std::vector<Made> entries;
    const char* error;
  } cases[] = {
      {{{"/etc/passwd", ""}}, "is no path inside a package"},
      {{{"../a", ""}}, "is no path inside a package"},
      {{{"a/../../b", ""}}, "is no path inside a package"},
      {{{"a//b", ""}}, "is no path inside a package"},
      {{{"a/", ""}}, "is no path inside a package"},
      {{{"", ""}}, "is no path inside a package"},
      {{{".", ""}}, "is no path inside a package"},
      {{{"...zst", ""}}, "is no path inside a package"},
      {{{"a/.zst", ""}}, "is no path inside a package"},
      {{{std::string("a\0b", 3), ""}}, "control character"},
      {{{"a\nb", ""}}, "control character"},
      {{{"a\\b", ""}}, "backslash"},
      {{{"a\xe2\x80\xae"
         "b",
         ""}},
       "control character"},
      {{{"a\xff", ""}}, "is not UTF-8"},
      {{{"a\xc0\xaf", ""}}, "is not UTF-8"},
      {{{std::string(256, 'a'), ""}}, "is no path inside a package"},
      {{{std::string(1100, 'a'), ""}}, "longer than 1024"},
      {{{"a", ""}, {"a", ""}}, "\"a\" stands twice"},
      {{{"a", ""}, {"a.zst", ""}}, "\"a\" stands twice"},
      {{{"a", ""}, {"a/b", ""}}, "\"a\" is a file and a directory"},
      {{{"a/b/c", ""}, {"a/b.zst", ""}}, "\"a/b\" is a file and a directory"},
  };
  for (const auto& c : cases) {
    EXPECT_THAT(error_of(made_archive(c.entries)), HasSubstr(c.error)) << c.entries[0].name;
  }
  std::string deep = "a";
  for (int i = 0; i < 32; ++i) deep += "/a";
  EXPECT_THAT(error_of(made_archive({{deep, ""}})), HasSubstr("more than 32 segments"));
}

TEST_F(ArchiveTest, HasNoMoreThan65534Entries) {
  std::string text = made_archive({});
  text[text.size() - 12] = text[text.size() - 14] = '\xff';
  text[text.size() - 11] = text[text.size() - 13] = '\xff';
  EXPECT_THAT(error_of(text), HasSubstr("more than 65534 entries"));
  auto writer = ArchiveWriter::create(path("many.zip"));
  for (int i = 0; i < 65'534; ++i) ASSERT_TRUE(writer->put(std::to_string(i), ""));
  EXPECT_THAT(message_of(writer->put("one more", "")), HasSubstr("65534 entries at most"));
  ASSERT_TRUE(writer->finish());
  EXPECT_TRUE(Archive::open(*open_file(path("many.zip"))));
}

TEST(ZipFormat, HasZip64RecordsWhereOffsetsNeedThem) {
  const ZipEntry near{"a", 1, 2, 0xffff'fffe};
  const ZipEntry far{"a", 1, 2, 0xffff'ffff};
  EXPECT_EQ(central_header(far).size(), central_header(near).size() + kOffsetExtra);
  EXPECT_EQ(field(central_header(far), kCentralHeader + 1 + 4, 8), 0xffff'ffffU);
  EXPECT_EQ(end_records(1, 2, 0xffff'fffe).size(), kEnd);
  EXPECT_EQ(end_records(1, 2, 0xffff'ffff).size(), kEnd + kZip64End);
}

}  // namespace
}  // namespace hermes::package
