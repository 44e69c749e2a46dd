#include "compiler/template/lint_texts.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "compiler/diagnostics/messages.h"

namespace wend {
namespace {

// ------------------------------------------------------------------------------------------ the GSM alphabet

// GSM 03.38: its basic characters besides the ASCII ones, and those that take two places.
constexpr std::u32string_view kGsmBasic = U"@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ!\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà ";
constexpr std::u32string_view kGsmDouble = U"^{}\\[~]|€\f";

int64_t gsm_places(char32_t c) {
  const bool letter = (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || (c >= U'0' && c <= U'9');
  if (letter || kGsmBasic.find(c) != std::u32string_view::npos) return 1;
  return kGsmDouble.find(c) != std::u32string_view::npos ? 2 : 0;
}

// The character at `at` of valid UTF-8, which is moved behind it.
char32_t next_character(std::string_view text, size_t& at) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[std::min(i, text.size() - 1)]); };
  const unsigned char first = byte(at);
  const size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  char32_t c = length == 1 ? first : first & (0xFFU >> (length + 1));
  for (size_t i = 1; i < length; ++i) c = c << 6U | (byte(at + i) & 0x3FU);
  at += length;
  return c;
}

// What typing programs put in, and what says the same in the GSM alphabet.
struct Lookalike {
  char32_t character;
  std::string_view gsm;
};
constexpr std::array<Lookalike, 8> kLookalikes = {{{U'\u2019', "'"},
                                                   {U'\u2018', "'"},
                                                   {U'\u2013', "-"},
                                                   {U'\u2014', "-"},
                                                   {U'\u2026', "..."},
                                                   {U'\u00A0', " "},
                                                   {U'\u2011', "-"},
                                                   {U'\u202F', " "}}};

// ------------------------------------------------------------------------------------------ known lengths

struct KnownText {
  int64_t gsm = 0;         // places, a character that is not in the alphabet counted as one
  int64_t utf16 = 0;       // code units
  int64_t characters = 0;

  void add(std::string_view text) {
    for (size_t at = 0; at < text.size();) {
      const char32_t c = next_character(text, at);
      gsm += std::max<int64_t>(1, gsm_places(c));
      utf16 += c > 0xFFFF ? 2 : 1;
      ++characters;
    }
  }
  void add(const KnownText& other) {
    gsm += other.gsm;
    utf16 += other.utf16;
    characters += other.characters;
  }
  void take_longest(const KnownText& other) {
    gsm = std::max(gsm, other.gsm);
    utf16 = std::max(utf16, other.utf16);
    characters = std::max(characters, other.characters);
  }
};

KnownText known_text(const std::vector<TemplateNode>& nodes) {
  KnownText known;
  for (const TemplateNode& node : nodes) {
    if (node.kind == liquid::NodeKind::kText) known.add(node.text);
    if (node.kind == liquid::NodeKind::kOutput && node.output.filters.empty() &&
        node.output.value.kind == TemplateValueKind::kConstant && node.output.value.constant.tag == Tag::kString) {
      known.add(node.output.value.constant.bytes);
    }
    KnownText longest;
    for (const TemplateBranch& branch : node.branches) longest.take_longest(known_text(branch.body));
    known.add(longest);
  }
  return known;
}

template <typename Visit>
void for_each_text(const std::vector<TemplateNode>& nodes, Visit&& visit) {
  for (const TemplateNode& node : nodes) {
    if (node.kind == liquid::NodeKind::kText) visit(node.text);
    for (const TemplateBranch& branch : node.branches) for_each_text(branch.body, visit);
  }
}

int64_t parts_of(int64_t length, int64_t single, int64_t each) {
  return length <= single ? 1 : (length + each - 1) / each;
}

// ------------------------------------------------------------------------------------------ sms_too_long

constexpr int64_t kMostParts = 3;

void lint_sms_text(const CheckedTemplate& text, const ast::StringExpr& literal, bool from_file, Sink& sink) {
  const KnownText known = known_text(text.nodes);
  SmsTooLong message;
  message.at = literal.span;
  message.segments_without = parts_of(known.gsm, 160, 153);
  bool replaceable = !from_file;
  for_each_text(text.nodes, [&](std::string_view part) {
    for (size_t at = 0; at < part.size();) {
      const size_t begin = at;
      const char32_t c = next_character(part, at);
      if (gsm_places(c) > 0) continue;
      if (message.character.empty()) message.character = std::string(part.substr(begin, at - begin));
      const auto* same = std::find_if(kLookalikes.begin(), kLookalikes.end(),
                                      [c](const Lookalike& one) { return one.character == c; });
      replaceable = replaceable && same != kLookalikes.end();
      if (!replaceable) continue;
      // The node views the decoded text of the literal, whose map leads back to the file.
      const auto offset = static_cast<size_t>(part.data() + begin - literal.value.text.data());
      const Span place{literal.span.file, literal.value.map[offset], literal.value.map[offset + (at - begin)]};
      message.replacements.push_back({place, std::string(same->gsm)});
    }
  });
  message.segments = message.character.empty() ? message.segments_without : parts_of(known.utf16, 70, 67);
  if (!replaceable) message.replacements.clear();
  if (!message.character.empty() && message.segments > message.segments_without) return sink.report(message);
  message.character.clear();
  message.replacements.clear();
  if (message.segments > kMostParts) sink.report(message);
}

// ------------------------------------------------------------------------------------------ subject_too_long

constexpr int64_t kMostSubjectCharacters = 78;

void lint_subject(const CheckedTemplate& text, Span at, Sink& sink) {
  const int64_t characters = known_text(text.nodes).characters;
  if (characters > kMostSubjectCharacters) sink.report(SubjectTooLong{at, characters, kMostSubjectCharacters});
}

// ------------------------------------------------------------------------------------------ personal_data_in_url

bool is_personal(std::string_view name) {
  constexpr std::array<std::string_view, 12> kPersonal = {
      "email",     "phone",     "first_name", "last_name", "full_name", "name",
      "birthday",  "birthdate", "address",    "street",    "phone_number", "email_address"};
  return std::find(kPersonal.begin(), kPersonal.end(), name) != kPersonal.end();
}

// Of a person: an attribute of the contact, or a property of that name directly below an event.
bool prints_personal(const CheckedProgram& program, const TemplateOutput& output) {
  if (output.value.kind != TemplateValueKind::kPath) return false;
  const PathInfo& path = output.value.path;
  if (path.root.kind == ResolutionKind::kAttribute) {
    return path.accesses.empty() && is_personal(program.attributes[path.root.index].name);
  }
  const bool of_event = path.root.kind == ResolutionKind::kTriggerProperty && path.accesses.empty();
  return of_event && is_personal(path.root.name) && path.root.name != "name" && path.root.name != "address";
}

// `tail` is what stands in front since the last blank or quote.
class LinkReader {
 public:
  LinkReader(const CheckedProgram& program, Sink& sink) : program_(program), sink_(sink) {}

  void read(const std::vector<TemplateNode>& nodes, std::string tail) {
    for (const TemplateNode& node : nodes) {
      switch (node.kind) {
        case liquid::NodeKind::kText: {
          const size_t cut = node.text.find_last_of(" \t\r\n\"'<>()");
          if (cut == std::string_view::npos) {
            tail += node.text;
          } else {
            tail = std::string(node.text.substr(cut + 1));
          }
          break;
        }
        case liquid::NodeKind::kOutput:
          if (tail.find("://") != std::string::npos && prints_personal(program_, node.output)) {
            sink_.report(PersonalDataInUrl{node.output.value.span, name_of(node.output.value.path)});
          }
          break;
        case liquid::NodeKind::kIf:
          for (const TemplateBranch& branch : node.branches) read(branch.body, tail);
          break;
      }
    }
  }

 private:
  std::string name_of(const PathInfo& path) const {
    if (path.root.kind == ResolutionKind::kAttribute) return "contact." + program_.attributes[path.root.index].name;
    return "trigger." + std::string(path.root.name);
  }

  const CheckedProgram& program_;
  Sink& sink_;
};

void lint_message(const CheckedProgram& program, const TemplateSet& set, uint32_t index, Sink& sink) {
  using Part = ast::MessageItemKind;
  const MessageInfo& message = program.messages[index];
  const bool sms = message.channel == static_cast<uint32_t>(BuiltinChannel::kSms);
  if (message.decl == nullptr) {
    const CheckedTemplate* text = set.find(index, Part::kBody);
    if (text == nullptr || message.text == nullptr) return;
    if (sms) lint_sms_text(*text, *message.text, false, sink);
    LinkReader(program, sink).read(text->nodes, {});
    return;
  }
  for (const ast::MessageItem* item : message.decl->items) {
    const CheckedTemplate* text = set.find(index, item->kind);
    if (text == nullptr || item->text == nullptr) continue;
    if (item->kind == Part::kSubject) lint_subject(*text, item->text->span, sink);
    const bool content = item->kind == Part::kBody || item->kind == Part::kHtml || item->kind == Part::kText;
    if (!content) continue;
    if (sms) lint_sms_text(*text, *item->text, item->from_file, sink);
    LinkReader(program, sink).read(text->nodes, {});
  }
}

}  // namespace

void lint_texts(const CheckedProgram& program, const TemplateSet& set, Sink& sink) {
  for (uint32_t index = 0; index < program.messages.size(); ++index) lint_message(program, set, index, sink);
}

}  // namespace wend
