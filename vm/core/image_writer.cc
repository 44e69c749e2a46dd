#include <algorithm>
#include <type_traits>

#include "vm/base/bytes.h"
#include "vm/base/check.h"
#include "vm/base/hash.h"
#include "vm/core/image_format.h"
#include "vm/core/image_layout.h"

namespace wend {
namespace {

class ImageWriter {
 public:
  std::string take() { return std::move(out_); }

  template <typename Content>
  void section(image_layout::Section kind, Content content) {
    std::string outer = std::move(out_);
    out_.clear();
    content();
    put_u8(outer, static_cast<uint8_t>(kind));
    put_bytes(outer, out_);
    out_ = std::move(outer);
  }

  void text(const std::string& s) { put_bytes(out_, s); }
  template <typename Unsigned>
  void number(Unsigned n) {
    static_assert(std::is_unsigned_v<Unsigned>);
    put_varint(out_, n);
  }
  void signed_number(int64_t n) { put_svarint(out_, n); }
  void flag(bool b) { put_u8(out_, b ? 1 : 0); }
  void real(double d) { put_f64(out_, d); }
  // Indices are stored one higher, so that "none" is a single 0.
  void index(uint32_t n) { put_varint(out_, static_cast<uint32_t>(n + 1)); }
  template <typename Id>
  void id(Id ix) {
    index(ix.number);
  }
  template <typename Enum>
  void choice(Enum value, Enum /*highest*/) {
    put_u8(out_, static_cast<uint8_t>(value));
  }
  template <typename Row, typename Visit>
  void rows(std::vector<Row>& all, Visit visit_row) {
    put_varint(out_, all.size());
    for (Row& row : all) visit_row(*this, row);
  }
  void constant(const Constant& c) {
    Value value;
    switch (c.tag) {
      case Tag::kMissing:
        break;
      case Tag::kNumber:
      case Tag::kPercent:
        value = Value::of_double(c.tag, c.d);
        break;
      case Tag::kString:
      case Tag::kList:
      case Tag::kRecord:
        value = Value::of_view(c.tag, c.bytes);
        break;
      default:
        value = Value::of_int_like(c.tag, c.i);
    }
    encode_value(out_, value);
  }
  void code(const std::vector<Instruction>& instructions) {
    put_varint(out_, instructions.size());
    for (const Instruction instruction : instructions) put_u32(out_, instruction);
  }

 private:
  std::string out_;
};

}  // namespace

std::string write_image(const Program& program) {
  // The layout visits fields by reference for the reader's sake; writing changes nothing.
  Program& fields = const_cast<Program&>(program);
  ImageWriter writer;
  image_layout::visit_body(writer, fields);
  const std::string body = writer.take();
  WEND_CHECK(body.size() <= UINT32_MAX);
  std::string image(image_layout::kMagic, sizeof(image_layout::kMagic));
  put_u16(image, kImageVersion);
  put_u16(image, 0);
  put_u32(image, static_cast<uint32_t>(body.size()));
  put_u32(image, crc32c(body));
  return image.append(body);
}

std::string image_name(std::string_view bytes) { return to_hex(hash64(bytes)); }

}  // namespace wend
