#include "compiler/format/doc.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

namespace wend::format {

Doc* DocMaker::make(DocKind kind) {
  docs_.emplace_back();
  docs_.back().kind = kind;
  return &docs_.back();
}

DocPtr DocMaker::token(size_t index) {
  Doc* made = make(DocKind::kToken);
  made->token = index;
  return made;
}
DocPtr DocMaker::comments(std::vector<AttachedComment> comments) {
  Doc* made = make(DocKind::kComments);
  made->comments = std::move(comments);
  return made;
}
DocPtr DocMaker::text(std::string_view text) {
  Doc* made = make(DocKind::kText);
  made->text = text;
  return made;
}
DocPtr DocMaker::line(std::string_view flat, bool blank) {
  Doc* made = make(DocKind::kLine);
  made->text = flat;
  made->blank = blank;
  return made;
}
DocPtr DocMaker::hard(bool blank) {
  Doc* made = make(DocKind::kHard);
  made->blank = blank;
  made->open = true;
  return made;
}
DocPtr DocMaker::indent(size_t width, DocPtr child) {
  Doc* made = make(DocKind::kIndent);
  made->width = width;
  made->children = {child};
  made->open = child->open;
  return made;
}
DocPtr DocMaker::concat(std::vector<DocPtr> children) {
  Doc* made = make(DocKind::kConcat);
  made->children = std::move(children);
  made->open =
      std::any_of(made->children.begin(), made->children.end(), [](DocPtr child) { return child->open; });
  return made;
}
DocPtr DocMaker::group(DocPtr child, bool open, DocPtr with) {
  Doc* made = make(DocKind::kGroup);
  made->children = {child};
  made->open = open || child->open;
  made->subject = with;
  return made;
}
DocPtr DocMaker::flat(DocPtr child) {
  Doc* made = make(DocKind::kGroup);
  made->children = {child};
  made->flat = true;
  return made;
}
DocPtr DocMaker::if_open(DocPtr group, DocPtr open, DocPtr closed) {
  Doc* made = make(DocKind::kIfOpen);
  made->subject = group;
  made->children = {open, closed};
  return made;
}

// Continuation bytes of UTF-8 take no column.
size_t columns(std::string_view text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

namespace {

class Printer {
 public:
  Printer(const TokenList& tokens, size_t width) : tokens_(tokens), width_(width) {}

  std::string run(DocPtr doc) {
    stack_.push_back({doc, 0, false});
    while (!stack_.empty()) {
      const Command next = stack_.back();
      stack_.pop_back();
      step(next);
    }
    return std::move(out_);
  }

 private:
  struct Command {
    DocPtr doc;
    size_t indent;
    bool flat;
  };

  void step(const Command& command) {
    const Doc& doc = *command.doc;
    switch (doc.kind) {
      case DocKind::kToken:
        print_token(tokens_.at(doc.token), command.indent);
        return;
      case DocKind::kComments:
        print_comments(doc.comments, command.indent);
        return;
      case DocKind::kText:
        if (!line_must_end_) write(doc.text);
        return;
      case DocKind::kLine:
        if (!command.flat) {
          new_line(command.indent, doc.blank);
        } else if (!line_must_end_) {
          write(doc.text);
        }
        return;
      case DocKind::kHard:
        new_line(command.indent, doc.blank);
        return;
      case DocKind::kIndent:
        stack_.push_back({doc.children[0], command.indent + doc.width, command.flat});
        return;
      case DocKind::kConcat:
        for (size_t i = doc.children.size(); i-- > 0;) {
          stack_.push_back({doc.children[i], command.indent, command.flat});
        }
        return;
      case DocKind::kGroup: {
        const bool flat =
            doc.flat || command.flat || (!doc.open && !was_opened(doc.subject) && fits(command));
        opened_[&doc] = !flat;
        stack_.push_back({doc.children[0], command.indent, flat});
        return;
      }
      case DocKind::kIfOpen:
        stack_.push_back({doc.children[was_opened(doc.subject) ? 0 : 1], command.indent, command.flat});
        return;
    }
  }

  bool was_opened(DocPtr group) const {
    const auto found = opened_.find(group);
    return found != opened_.end() && found->second;
  }

  void print_token(const FormatToken& token, size_t indent) {
    print_comments(token.leading, indent);
    if (line_must_end_) new_line(indent, !token.leading.empty() && token.blank_before);
    write(token.text);
    for (const AttachedComment& comment : token.trailing) {
      write("  ");
      write(comment.text);
      line_must_end_ = true;
    }
  }

  void print_comments(const std::vector<AttachedComment>& comments, size_t indent) {
    for (size_t i = 0; i < comments.size(); ++i) {
      if (!at_line_start_ || line_must_end_) new_line(indent, i > 0 && comments[i].blank_before);
      line_indent_ = indent;
      write(comments[i].text);
      line_must_end_ = true;
    }
  }

  void new_line(size_t indent, bool blank) {
    if (!at_line_start_) {
      while (!out_.empty() && out_.back() == ' ') out_.pop_back();
      out_ += '\n';
    }
    if (blank && !out_.empty() && !out_.ends_with("\n\n")) out_ += '\n';
    at_line_start_ = true;
    line_must_end_ = false;
    line_indent_ = indent;
    column_ = indent;
  }

  void write(std::string_view text) {
    if (text.empty()) return;
    if (at_line_start_) {
      if (text.find_first_not_of(' ') == std::string_view::npos) return;
      out_.append(line_indent_, ' ');
      column_ = line_indent_;
      at_line_start_ = false;
    }
    out_ += text;
    const size_t last_line = text.rfind('\n');
    column_ =
        last_line == std::string_view::npos ? column_ + columns(text) : columns(text.substr(last_line + 1));
  }

  // Whether the group on one line, and what follows it up to the next place where the line may end, stays in
  // the width.
  bool fits(const Command& group) const {
    size_t left = width_ > column_ ? width_ - column_ : 0;
    if (width_ < column_) return false;
    std::vector<Command> todo{{group.doc->children[0], group.indent, true}};
    size_t rest = stack_.size();
    bool first = true;
    while (true) {
      if (todo.empty()) {
        if (rest == 0) return true;
        todo.push_back(stack_[--rest]);
      }
      const Command next = todo.back();
      todo.pop_back();
      const std::optional<bool> answer = measure(next, left, first, todo);
      if (answer) return *answer;
    }
  }

  std::optional<bool> measure(const Command& next, size_t& left, bool& first,
                              std::vector<Command>& todo) const {
    const Doc& doc = *next.doc;
    switch (doc.kind) {
      case DocKind::kToken: {
        const FormatToken& token = tokens_.at(doc.token);
        if (!token.leading.empty() && !first) return true;
        first = false;
        const size_t line_end = token.text.find('\n');
        if (!take(columns(token.text.substr(0, line_end)), left)) return false;
        if (line_end != std::string_view::npos || !token.trailing.empty()) return true;
        return std::nullopt;
      }
      case DocKind::kComments:
        return true;
      case DocKind::kText:
        return take(doc.text.size(), left) ? std::nullopt : std::optional(false);
      case DocKind::kLine:
        if (!next.flat) return true;
        return take(doc.text.size(), left) ? std::nullopt : std::optional(false);
      case DocKind::kHard:
        return true;
      case DocKind::kIndent:
        todo.push_back({doc.children[0], next.indent, next.flat});
        return std::nullopt;
      case DocKind::kConcat:
        for (size_t i = doc.children.size(); i-- > 0;)
          todo.push_back({doc.children[i], next.indent, next.flat});
        return std::nullopt;
      case DocKind::kGroup:
        todo.push_back({doc.children[0], next.indent, doc.flat || (next.flat && !doc.open)});
        return std::nullopt;
      case DocKind::kIfOpen:
        todo.push_back({doc.children[was_opened(doc.subject) ? 0 : 1], next.indent, next.flat});
        return std::nullopt;
    }
    return std::nullopt;
  }

  static bool take(size_t size, size_t& left) {
    if (size > left) return false;
    left -= size;
    return true;
  }

  const TokenList& tokens_;
  size_t width_;
  std::string out_;
  std::vector<Command> stack_;
  std::unordered_map<DocPtr, bool> opened_;
  size_t column_ = 0;
  size_t line_indent_ = 0;
  bool at_line_start_ = true;
  bool line_must_end_ = false;
};

}  // namespace

std::string print(DocPtr doc, const TokenList& tokens, size_t width) {
  return Printer(tokens, width).run(doc);
}

}  // namespace wend::format
