#include "vm/core/program.h"

namespace wend {

Value value_of(const Constant& constant) {
  switch (constant.tag) {
    case Tag::kMissing:
      return {};
    case Tag::kNumber:
      return Value::of_number(constant.d);
    case Tag::kPercent:
      return Value::of_percent(constant.d);
    case Tag::kString:
    case Tag::kList:
    case Tag::kRecord:
      return Value::of_view(constant.tag, constant.bytes);
    default:
      return Value::of_int_like(constant.tag, constant.i);
  }
}

}  // namespace wend
