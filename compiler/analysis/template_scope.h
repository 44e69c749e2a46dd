#ifndef WEND_COMPILER_ANALYSIS_TEMPLATE_SCOPE_H_
#define WEND_COMPILER_ANALYSIS_TEMPLATE_SCOPE_H_

// Paths in templates (`contact.first_name`, `trigger.items[0].sku`): the same names, types and messages as in
// expressions. Threads: as CheckedProgram; resolving marks what is read, so it changes the program.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "compiler/analysis/checked.h"
#include "compiler/diagnostics/diagnostic.h"

namespace wend {

// One part of a path: a word or a whole number in brackets.
struct PathPart {
  std::string_view word;  // must outlive the PathInfo
  bool is_index = false;
  int64_t index = 0;
  Span span;
};

// How to compute a path: load `root`, then take a member (by name), an element (by index) or the size, in the
// order of `accesses`.
enum class PathAccessKind : uint8_t { kMember, kIndex, kSize };
struct PathAccess {
  PathAccessKind kind = PathAccessKind::kMember;
  std::string_view name;
  int64_t index = 0;
};
struct PathInfo {
  TypeRef type = nullptr;  // kError after a report
  bool optional = false;
  Resolution root;
  std::vector<PathAccess> accesses;
};

// Resolves a path by what `scope` (of a message of `program`) has; reports what is wrong with it once.
// REQUIRES: parts are not empty and the first is a word.
PathInfo resolve_path(CheckedProgram& program, const TemplateScope& scope, std::span<const PathPart> parts,
                      Sink& sink);

// Goes on from a value of `type` with `parts`: for names that the template itself declares (`for item in
// ..`). The root of the result is kNothing.
PathInfo resolve_members(CheckedProgram& program, TypeRef type, bool optional,
                         std::span<const PathPart> parts, Sink& sink);

}  // namespace wend

#endif  // WEND_COMPILER_ANALYSIS_TEMPLATE_SCOPE_H_
