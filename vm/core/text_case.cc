#include "vm/core/text_case.h"

#include <cstdint>

namespace wend {
namespace {

bool in(uint32_t c, uint32_t first, uint32_t last) { return c >= first && c <= last; }

// Latin Extended-A holds pairs; in these two stretches the upper-case letter has the odd number, else the
// even one.
bool upper_is_odd(uint32_t c) { return in(c, 0x139, 0x148) || in(c, 0x179, 0x17E); }
bool has_pair(uint32_t c) {
  return in(c, 0x100, 0x17E) && c != 0x130 && c != 0x131 && c != 0x138 && c != 0x149 && c != 0x178;
}

uint32_t lower_of(uint32_t c) {
  if (in(c, 'A', 'Z') || (in(c, 0xC0, 0xDE) && c != 0xD7)) return c + 0x20;
  if (c == 0x130) return 'i';
  if (c == 0x178) return 0xFF;
  if (has_pair(c)) return (c % 2 != 0) == upper_is_odd(c) ? c + 1 : c;
  if (in(c, 0x391, 0x3AB) && c != 0x3A2) return c + 0x20;
  if (c == 0x386) return 0x3AC;
  if (in(c, 0x388, 0x38A)) return c + 0x25;
  if (c == 0x38C) return 0x3CC;
  if (c == 0x38E || c == 0x38F) return c + 0x3F;
  if (in(c, 0x410, 0x42F)) return c + 0x20;
  if (in(c, 0x400, 0x40F)) return c + 0x50;
  return c;
}

uint32_t upper_of(uint32_t c) {
  if (in(c, 'a', 'z') || (in(c, 0xE0, 0xFE) && c != 0xF7)) return c - 0x20;
  if (c == 0xFF) return 0x178;
  if (c == 0x131) return 'I';
  if (c == 0x17F) return 'S';
  if (has_pair(c)) return (c % 2 != 0) == upper_is_odd(c) ? c : c - 1;
  if (c == 0x3C2) return 0x3A3;
  if (in(c, 0x3B1, 0x3CB)) return c - 0x20;
  if (c == 0x3AC) return 0x386;
  if (in(c, 0x3AD, 0x3AF)) return c - 0x25;
  if (c == 0x3CC) return 0x38C;
  if (c == 0x3CD || c == 0x3CE) return c - 0x3F;
  if (in(c, 0x430, 0x44F)) return c - 0x20;
  if (in(c, 0x450, 0x45F)) return c - 0x50;
  return c;
}

// All letters that change have one or two bytes.
template <typename Map>
void append_mapped(std::string& out, std::string_view text, Map map) {
  out.reserve(out.size() + text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<uint8_t>(text[i]);
    uint32_t c = byte;
    const bool two = byte >= 0xC2 && byte <= 0xDF && i + 1 < text.size() &&
                     (static_cast<uint8_t>(text[i + 1]) & 0xC0U) == 0x80U;
    if (two) {
      c = (byte & 0x1FU) << 6 | (static_cast<uint8_t>(text[++i]) & 0x3FU);
    } else if (byte >= 0x80) {
      out.push_back(text[i]);
      continue;
    }
    const uint32_t mapped = map(c);
    if (mapped < 0x80) {
      out.push_back(static_cast<char>(mapped));
    } else {
      out.push_back(static_cast<char>(0xC0U | mapped >> 6));
      out.push_back(static_cast<char>(0x80U | (mapped & 0x3FU)));
    }
  }
}

}  // namespace

void append_lower(std::string& out, std::string_view text) { append_mapped(out, text, lower_of); }
void append_upper(std::string& out, std::string_view text) { append_mapped(out, text, upper_of); }

void append_html_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out.append("&amp;");
        break;
      case '<':
        out.append("&lt;");
        break;
      case '>':
        out.append("&gt;");
        break;
      case '"':
        out.append("&quot;");
        break;
      case '\'':
        out.append("&#39;");
        break;
      default:
        out.push_back(c);
    }
  }
}

}  // namespace wend
