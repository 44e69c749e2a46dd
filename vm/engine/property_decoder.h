#ifndef WEND_VM_ENGINE_PROPERTY_DECODER_H_
#define WEND_VM_ENGINE_PROPERTY_DECODER_H_

// Gives incoming values the types that a program declares (language, section 2). Nothing is coerced but: int
// to number; RFC 3339 text to time or date (a date also "--03-15", kept as that day of the year 4); "09:00"
// to clock; the language's own form to duration; the text of an enum's value. What has another type is
// missing, and a violation.
//
// Threads: a decoder belongs to one thread. Values view the record they were read from or the decoder, until
// clear().

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "vm/core/program.h"
#include "vm/core/value.h"

namespace wend {

class PropertyDecoder {
 public:
  // One value a property of `event`, in its order, from an encoded record (empty: no properties). Names of
  // properties that are required and absent or have a wrong type are appended to `violations`; they view the
  // program.
  void decode_event(const Program& program, const EventRow& event, std::string_view record,
                    std::vector<Value>& values, std::vector<std::string_view>& violations);

  // `value` as `type`; missing, and `wrong` set, where it has another type. A missing value stays missing.
  Value decode(const Program& program, TypeIx type, const Value& value, bool& wrong);

  // Forgets what it made.
  void clear() { made_.clear(); }

 private:
  Value decode_list(const Program& program, const TypeRow& type, const Value& value, bool& wrong);
  Value decode_record(const Program& program, const TypeRow& type, const Value& value, bool& wrong);
  Value keep(std::string bytes, Tag tag);

  std::deque<std::string> made_;
};

}  // namespace wend

#endif  // WEND_VM_ENGINE_PROPERTY_DECODER_H_
