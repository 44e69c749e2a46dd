#ifndef WEND_COMPILER_DIAGNOSTICS_MESSAGES_PROJECT_H_
#define WEND_COMPILER_DIAGNOSTICS_MESSAGES_PROJECT_H_

// Messages of the areas 08 and 09: versions, project, configuration. What concerns a folder or a file that
// could not be read is reported at the empty span of a file without text that stands for it in the SourceMap;
// renderers then print its path alone.

#include <cstdint>
#include <string>

#include "compiler/diagnostics/diagnostic.h"

namespace wend {

struct NotYetSupported {
  static constexpr Code kCode = Code::kNotYetSupported;
  Span at;
  std::string what;  // in the language's words, with backticks where it is a keyword: "`split`"
  bool operator==(const NotYetSupported&) const = default;
};
Diagnostic describe(const NotYetSupported& message);

struct NoWendFiles {
  static constexpr Code kCode = Code::kNoWendFiles;
  Span at;  // stands for the folder
  std::string folder;
  bool operator==(const NoWendFiles&) const = default;
};
Diagnostic describe(const NoWendFiles& message);

struct FileUnreadable {
  static constexpr Code kCode = Code::kFileUnreadable;
  Span at;             // stands for the file
  std::string reason;  // of the operating system: "Permission denied"
  bool operator==(const FileUnreadable&) const = default;
};
Diagnostic describe(const FileUnreadable& message);

struct EmptyProgram {
  static constexpr Code kCode = Code::kEmptyProgram;
  Span at;  // the start of the first file
  bool operator==(const EmptyProgram&) const = default;
};
Diagnostic describe(const EmptyProgram& message);

struct ProgramTooLarge {
  static constexpr Code kCode = Code::kProgramTooLarge;
  Span at;
  std::string what;  // "files", "journeys", "bytes of code"
  uint64_t found = 0;
  uint64_t limit = 0;
  bool operator==(const ProgramTooLarge&) const = default;
};
Diagnostic describe(const ProgramTooLarge& message);

struct ConfigError {
  static constexpr Code kCode = Code::kConfigError;
  Span at;              // in wend.json, or the file as a whole
  std::string problem;  // stands alone: "unknown key `listn`"
  std::string help;     // may be empty
  bool operator==(const ConfigError&) const = default;
};
Diagnostic describe(const ConfigError& message);

}  // namespace wend

#endif  // WEND_COMPILER_DIAGNOSTICS_MESSAGES_PROJECT_H_
