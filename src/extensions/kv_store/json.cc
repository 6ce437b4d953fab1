#include "extensions/kv_store/json.h"

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include "base/strings.h"

namespace hermes::kv_store {
namespace {

constexpr int kMaxDepth = 64;

// Refuses to go deeper, and otherwise takes whatever comes.
struct Nesting : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Nesting> {
  bool StartObject() { return ++depth <= kMaxDepth; }
  bool StartArray() { return ++depth <= kMaxDepth; }
  bool EndObject(rapidjson::SizeType) { return --depth >= 0; }
  bool EndArray(rapidjson::SizeType) { return --depth >= 0; }

  int depth = 0;
};

Error malformed(std::size_t at, std::string_view why) {
  return {Code::InvalidArgument, concat("malformed JSON at byte ", at, ": ", why)};
}

}  // namespace

Result<> check_json(std::string_view text) {
  using namespace rapidjson;
  constexpr unsigned kFlags =
      kParseIterativeFlag | kParseValidateEncodingFlag | kParseNumbersAsStringsFlag;
  MemoryStream stream(text.data(), text.size());
  Nesting nesting;
  Reader reader;
  const auto parsed = reader.Parse<kFlags>(stream, nesting);
  if (parsed.Code() == kParseErrorTermination) {
    return malformed(parsed.Offset(), concat("it nests deeper than ", kMaxDepth));
  }
  if (parsed.IsError()) return malformed(parsed.Offset(), GetParseError_En(parsed.Code()));
  // The parser takes a NUL for the end.
  if (stream.Tell() != text.size()) return malformed(stream.Tell(), "a NUL follows the value.");
  return {};
}

}  // namespace hermes::kv_store
