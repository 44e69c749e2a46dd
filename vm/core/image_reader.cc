#include <limits>
#include <string>
#include <type_traits>
#include <utility>

#include "vm/base/bytes.h"
#include "vm/base/hash.h"
#include "vm/core/image_format.h"
#include "vm/core/image_layout.h"

namespace wend {
namespace {

using image_layout::Section;

constexpr std::pair<Section, const char*> kSectionNames[] = {
    {Section::kSettings, "settings"},
    {Section::kStrings, "strings"},
    {Section::kConstants, "constants"},
    {Section::kProperties, "properties"},
    {Section::kRegexes, "regexes"},
    {Section::kTypes, "types"},
    {Section::kEvents, "events"},
    {Section::kAttributes, "attributes"},
    {Section::kChannels, "channels"},
    {Section::kMessages, "messages"},
    {Section::kRoutines, "routines"},
    {Section::kSteps, "steps"},
    {Section::kSends, "sends"},
    {Section::kWaits, "waits"},
    {Section::kQueries, "queries"},
    {Section::kJourneys, "journeys"},
    {Section::kCode, "code"},
    {Section::kPolicies, "policies"},
    {Section::kHistories, "histories"},
    {Section::kHistoryQueries, "history queries"},
    {Section::kSegments, "segments"},
    {Section::kScores, "scores"},
    {Section::kCatalogs, "catalogs"},
};

const char* section_name(Section section) {
  for (const auto& [named, name] : kSectionNames) {
    if (named == section) return name;
  }
  return "?";
}

// Reads fields until one is malformed; what follows is then left at its default. Rows are appended as their
// bytes are read, so memory stays in proportion to the image whatever its counts claim.
class ImageReader {
 public:
  explicit ImageReader(std::string_view body) : outer_(body), reader_(std::string_view()) {}

  bool ok() const { return error_.empty(); }
  const std::string& error() const { return error_; }

  template <typename Content>
  void section(Section kind, Content content) {
    if (!ok()) return;
    section_ = section_name(kind);
    const uint8_t found = outer_.u8();
    const std::string_view bytes = outer_.bytes();
    if (!outer_.ok()) return fail("the image ends early");
    if (found != static_cast<uint8_t>(kind)) return fail("another section stands in its place");
    reader_ = ByteReader(bytes);
    content();
    if (ok() && !reader_.at_end()) fail("bytes are left over");
  }
  void finish() {
    if (ok() && !outer_.at_end()) fail("bytes are left over behind it");
  }

  void text(std::string& s) { s = std::string(checked(reader_.bytes())); }
  template <typename Unsigned>
  void number(Unsigned& n) {
    static_assert(std::is_unsigned_v<Unsigned>);
    const uint64_t value = checked(reader_.varint());
    if (value > std::numeric_limits<Unsigned>::max()) return fail("a number is too large");
    n = static_cast<Unsigned>(value);
  }
  template <typename Signed>
  void signed_number(Signed& n) {
    static_assert(std::is_signed_v<Signed>);
    const int64_t value = checked(reader_.svarint());
    if (value > std::numeric_limits<Signed>::max() || value < std::numeric_limits<Signed>::min()) {
      return fail("a number is too large");
    }
    n = static_cast<Signed>(value);
  }
  void flag(bool& b) {
    const uint8_t value = checked(reader_.u8());
    if (value > 1) return fail("a flag is neither 0 nor 1");
    b = value == 1;
  }
  void real(double& d) {
    const Value value = Value::of_number(checked(reader_.f64()));
    if (value.missing()) return fail("a number is not finite");
    d = value.d;
  }
  void index(uint32_t& n) {
    const uint64_t value = checked(reader_.varint());
    if (value > kNone) return fail("an index is too large");
    n = static_cast<uint32_t>(value) - 1;  // 0 is "none", the largest number
  }
  template <typename Id>
  void id(Id& ix) {
    index(ix.number);
  }
  template <typename Enum>
  void choice(Enum& value, Enum highest) {
    const uint8_t number = checked(reader_.u8());
    if (number > static_cast<uint8_t>(highest)) return fail("a choice is out of range");
    value = static_cast<Enum>(number);
  }
  template <typename Row, typename Visit>
  void rows(std::vector<Row>& all, Visit visit_row) {
    const uint64_t count = checked(reader_.varint());
    if (count > reader_.remaining()) return fail("there are fewer rows than it says");
    for (uint64_t i = 0; i < count && ok(); ++i) {
      Row row{};
      visit_row(*this, row);
      all.push_back(std::move(row));
    }
  }
  void constant(Constant& c) {
    const Value value = checked(decode_value(reader_));
    c.tag = value.tag;
    switch (value.tag) {
      case Tag::kMissing:
        break;
      case Tag::kNumber:
      case Tag::kPercent:
        c.d = value.d;
        break;
      case Tag::kString:
      case Tag::kList:
      case Tag::kRecord:
        c.bytes = std::string(value.bytes());
        break;
      default:
        c.i = value.i;
    }
  }
  void code(std::vector<Instruction>& instructions) {
    const uint64_t count = checked(reader_.varint());
    if (count > reader_.remaining() / sizeof(Instruction))
      return fail("there are fewer instructions than it says");
    instructions.reserve(count);
    for (uint64_t i = 0; i < count; ++i) instructions.push_back(reader_.u32());
  }

 private:
  template <typename T>
  T checked(T value) {
    if (!reader_.ok()) fail("it ends early or holds a malformed value");
    return value;
  }
  void fail(std::string_view what) {
    if (error_.empty()) error_ = "image: section `" + std::string(section_) + "`: " + std::string(what);
  }

  ByteReader outer_;
  ByteReader reader_;
  const char* section_ = "";
  std::string error_;
};

Error corrupt(std::string message) { return Error{ErrorKind::kCorrupt, std::move(message)}; }

}  // namespace

Result<Program> read_image(std::string_view bytes) {
  const std::string_view magic(image_layout::kMagic, sizeof(image_layout::kMagic));
  if (!bytes.starts_with(magic)) return corrupt("this is not a Wend image: it does not begin with `WEND`");
  ByteReader header(bytes.substr(magic.size()));
  const uint16_t version = header.u16();
  const uint16_t flags = header.u16();
  const uint32_t body_bytes = header.u32();
  const uint32_t checksum = header.u32();
  if (!header.ok()) return corrupt("image: the header ends early");
  if (version > kImageVersion) {
    return Error{ErrorKind::kNewerVersion, "image: it has version " + std::to_string(version) +
                                               ", and this Wend reads up to version " +
                                               std::to_string(kImageVersion)};
  }
  if (version < kOldestImageVersion) return corrupt("image: there is no version " + std::to_string(version));
  if (flags != 0)
    return corrupt("image: it has flags that version " + std::to_string(version) + " does not know");
  const std::string_view body = bytes.substr(image_layout::kHeaderBytes);
  if (body.size() != body_bytes) {
    return corrupt("image: its body has " + std::to_string(body.size()) + " bytes instead of " +
                   std::to_string(body_bytes));
  }
  if (crc32c(body) != checksum)
    return corrupt("image: its checksum does not fit its bytes, so it was damaged");
  Program program;
  ImageReader reader(body);
  image_layout::visit_body(reader, program);
  reader.finish();
  if (!reader.ok()) return corrupt(reader.error());
  return program;
}

}  // namespace wend
