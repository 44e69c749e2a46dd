#ifndef WEND_VM_CORE_IMAGE_FORMAT_H_
#define WEND_VM_CORE_IMAGE_FORMAT_H_

// Images: the durable form of a Program. The bytes are frozen a version (docs/formats/image.md):
//
//   "WEND" | u16 image version | u16 flags (0) | u32 size of the body | u32 crc32c of the body | body
//
// The body is a sequence of sections (u8 kind, varint byte length, content) in ascending kind. The same Program
// gives the same bytes. An image is named by image_name(): the hash of all its bytes.

#include <string>
#include <string_view>

#include "vm/base/result.h"
#include "vm/core/program.h"

namespace wend {

std::string write_image(const Program& program);

// Reads and checks form, version and checksum, not yet soundness (see verifier.h).
// Failures: kNewerVersion (says both versions), kCorrupt (says what is wrong and where).
Result<Program> read_image(std::string_view bytes);

// 16 hexadecimal digits that name the content.
std::string image_name(std::string_view bytes);

}  // namespace wend

#endif  // WEND_VM_CORE_IMAGE_FORMAT_H_
