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

struct DuplicateSetting {
  static constexpr Code kCode = Code::kDuplicateSetting;
  Span at;
  Span first;
  std::string setting;  // its first word; of a lint also the name
  bool operator==(const DuplicateSetting&) const = default;
};
Diagnostic describe(const DuplicateSetting& message);

struct BadSetting {
  static constexpr Code kCode = Code::kBadSetting;
  Span at;
  std::string setting;
  std::string problem;  // the label
  std::string help;
  bool operator==(const BadSetting&) const = default;
};
Diagnostic describe(const BadSetting& message);

// ------------------------------------------------------------------------------------------ lints

struct UnusedAllow {
  static constexpr Code kCode = Code::kUnusedAllow;
  Span at;  // the comment
  std::string name;
  bool operator==(const UnusedAllow&) const = default;
};
Diagnostic describe(const UnusedAllow& message);

struct BadAllow {
  static constexpr Code kCode = Code::kBadAllow;
  Span at;              // the comment
  std::string problem;  // the label
  bool operator==(const BadAllow&) const = default;
};
Diagnostic describe(const BadAllow& message);

// A fault of the compiler itself, never of the project.
struct InternalError {
  static constexpr Code kCode = Code::kInternalError;
  Span at;           // the program's first file
  std::string what;  // of the verifier
  bool operator==(const InternalError&) const = default;
};
Diagnostic describe(const InternalError& message);

}  // namespace wend

#endif  // WEND_COMPILER_DIAGNOSTICS_MESSAGES_PROJECT_H_
