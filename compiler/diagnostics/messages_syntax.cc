#include "compiler/diagnostics/messages_syntax.h"

#include <fmt/format.h>

#include "compiler/diagnostics/wording.h"

namespace wend {

Diagnostic describe(const InvalidUtf8& m) {
  Diagnostic d = start_diagnostic(InvalidUtf8::kCode, "the file is not valid UTF-8", m.at,
                                  fmt::format("byte 0x{:02x} at offset {}", m.byte_value, m.at.begin));
  d.help.push_back("save the file as UTF-8");
  return d;
}

Diagnostic describe(const NulByte& m) {
  Diagnostic d = start_diagnostic(NulByte::kCode, "the file contains a NUL byte", m.at,
                                  fmt::format("at offset {}", m.at.begin));
  d.help.push_back("save the file as UTF-8 text");
  return d;
}

Diagnostic describe(const SourceTooLarge& m) {
  Diagnostic d = start_diagnostic(
      SourceTooLarge::kCode,
      fmt::format("the file has {} bytes, more than the {} that are read", m.size_bytes, m.limit_bytes), m.at,
      "nothing of it was read");
  d.help.push_back("divide it: all .wend files of the folder form one program");
  return d;
}

Diagnostic describe(const NestedTooDeep& m) {
  return start_diagnostic(NestedTooDeep::kCode, fmt::format("nested more than {} deep", m.limit), m.at,
                          "the limit is passed here, so nothing more of this was read");
}

Diagnostic describe(const SyntaxError& m) {
  Diagnostic d = start_diagnostic(SyntaxError::kCode, m.title, m.at, m.label);
  if (!m.help.empty()) d.help.push_back(m.help);
  d.fixes = m.fixes;
  d.secondary = m.secondary;
  return d;
}

Diagnostic describe(const MissingBrace& m) {
  Diagnostic d = start_diagnostic(MissingBrace::kCode, "a `}` is missing", m.at, "this block is not closed");
  d.secondary.push_back({m.noticed, "it has to end before this"});
  if (m.closing) {
    d.fixes.push_back({"going by the indentation, it closes here", Applicability::kSuggested, {*m.closing}});
  }
  return d;
}

Diagnostic describe(const UnterminatedString& m) {
  Diagnostic d =
      start_diagnostic(UnterminatedString::kCode,
                       m.triple ? "a text in triple quotes is not closed" : "a string is not closed", m.at,
                       m.triple ? "no `\"\"\"` follows" : "no closing `\"` on this line");
  const std::string quote = m.triple ? "\"\"\"" : "\"";
  d.fixes.push_back(
      insert_fix(fmt::format("add `{}`", quote), Applicability::kSuggested, m.at.file, m.at.end, quote));
  if (!m.triple) d.help.push_back("a text of several lines stands in triple quotes: `\"\"\"`");
  return d;
}

Diagnostic describe(const BadNumber& m) {
  Diagnostic d =
      start_diagnostic(BadNumber::kCode, fmt::format("{} is not a number or a length", in_quotes(m.text)), m.at,
                       "not a unit of Wend");
  if (!m.corrected.empty()) {
    d.fixes.push_back(
        replace_fix(fmt::format("write {}", in_quotes(m.corrected)), Applicability::kSafe, m.at, m.corrected));
  } else {
    d.help.push_back("lengths are written `90s`, `20m`, `1h30m`, `3d`, `2w`, `6mo`, `1y`");
  }
  return d;
}

Diagnostic describe(const BadCharacter& m) {
  Diagnostic d = start_diagnostic(BadCharacter::kCode, fmt::format("{} has no meaning here", in_quotes(m.text)),
                                  m.at, "outside of texts and comments Wend has no such character");
  if (!m.help.empty()) d.help.push_back(m.help);
  return d;
}

Diagnostic describe(const ForeignKeyword& m) {
  if (m.wend.empty()) {
    Diagnostic d = start_diagnostic(ForeignKeyword::kCode,
                                    fmt::format("Wend has no {} here", in_quotes(m.found)), m.at, "not needed");
    d.fixes.push_back(replace_fix("leave it out", Applicability::kSafe, m.at, ""));
    return d;
  }
  if (m.near) {
    Diagnostic d = start_diagnostic(ForeignKeyword::kCode, fmt::format("{} has no meaning here", in_quotes(m.found)),
                                    m.at, "not a word of Wend");
    d.fixes.push_back(replace_fix(fmt::format("did you mean {}?", in_quotes(m.wend)), Applicability::kSuggested, m.at,
                                  m.wend));
    return d;
  }
  Diagnostic d = start_diagnostic(ForeignKeyword::kCode,
                                  fmt::format("{} is written {} in Wend", in_quotes(m.found), in_quotes(m.wend)),
                                  m.at, "not a word of Wend here");
  // A sign needs no blank behind it, the word does: `!a`.
  const std::string blank = m.found == "!" ? " " : "";
  d.fixes.push_back(
      replace_fix(fmt::format("write {}", in_quotes(m.wend)), Applicability::kSuggested, m.at, m.wend + blank));
  return d;
}

Diagnostic describe(const BadEscape& m) {
  Diagnostic d = start_diagnostic(BadEscape::kCode, fmt::format("strings have no escape {}", in_quotes(m.text)),
                                  m.at, "unknown escape");
  d.help.push_back("the escapes are \\n \\t \\\" \\\\ and \\u{1F600}; a backslash is written \\\\");
  return d;
}

Diagnostic describe(const LiteralOutOfRange& m) {
  return start_diagnostic(LiteralOutOfRange::kCode, fmt::format("{} is out of range", in_quotes(m.text)), m.at,
                          m.why);
}

Diagnostic describe(const NameTooLong& m) {
  return start_diagnostic(NameTooLong::kCode, fmt::format("a name has at most {} characters", m.limit), m.at,
                          fmt::format("this one has {}", m.length));
}

Diagnostic describe(const BadName& m) {
  Diagnostic d = start_diagnostic(BadName::kCode, fmt::format("{} is not a name", in_quotes(m.name)), m.at,
                                  "words are lower-case letters, digits and underscores");
  d.fixes.push_back(replace_fix(fmt::format("write {}", in_quotes(m.corrected)), Applicability::kSuggested, m.at,
                                m.corrected));
  return d;
}

Diagnostic describe(const ReservedName& m) {
  Diagnostic d =
      start_diagnostic(ReservedName::kCode, fmt::format("{} is a word of the language", in_quotes(m.name)), m.at,
                       "cannot be a name");
  d.help.push_back("choose another name");
  return d;
}

}  // namespace wend
