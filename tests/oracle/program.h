#ifndef WEND_TESTS_ORACLE_PROGRAM_H_
#define WEND_TESTS_ORACLE_PROGRAM_H_

// A program as the oracle reads it: the trees of the parser and lists of what they declare. Of what a
// compiler works out only this is needed: whether some path to a step has passed a send (section 3,
// engagement words).

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/syntax/ast.h"
#include "compiler/syntax/liquid_ast.h"
#include "compiler/text/source_file.h"
#include "tests/oracle/local_time.h"
#include "wend/files.h"

namespace wend::oracle {

struct EventType {
  std::string name;
  std::string wire;
  bool open = false;  // any properties
  std::vector<const ast::Field*> fields;
};

struct Message {
  std::string name;  // of an inline message its template text
  std::string channel;
  bool inline_text = false;
  bool transactional = false;
  std::string category;
  std::string topic;
  std::string offer;
  bool internal = false;  // has `to`
  // "subject", "body", .. to the template, and whether it is HTML.
  struct Part {
    liquid::Template tree;
    bool html = false;
  };
  std::map<std::string, Part> parts;
};

struct Journey {
  std::string name;
  const ast::JourneyDecl* decl = nullptr;
  std::vector<const ast::Trigger*> triggers;
  std::vector<const ast::EveryClause*> every;
  const ast::ForClause* for_clause = nullptr;
  const ast::EnterClause* enter = nullptr;
  std::vector<const ast::UntilClause*> untils;
  const ast::GoalClause* goal = nullptr;
  const ast::LastsClause* lasts = nullptr;
  const ast::ZoneClause* zone = nullptr;
  const ast::PolicyClause* policy = nullptr;
  const ast::GroupClause* group = nullptr;
  int64_t priority = 0;
  std::set<std::string> labels;
  // Steps that some path reaches behind a send; absent: none can precede.
  std::set<const ast::Step*> after_send;
  bool has_send = false;
  bool has_unknown_clause = false;
};

struct Settings {
  std::string zone;
  Millis late_ms = 24 * kMillisPerHour;
  bool machine_opens_count = false;
};

class Program {
 public:
  // nullptr where a file does not parse; `why` says what.
  static std::unique_ptr<Program> load(const FileResolver& files, std::string& why);

  const EventType* event_by_name(const std::string& name) const;
  const EventType* event_by_wire(const std::string& wire) const;
  const Message& message_of(const ast::SendBody& body) const;

  bool open = true;  // declares no event
  bool open_contact = true;
  Settings settings;
  std::vector<EventType> events;
  std::vector<const ast::Field*> attributes;
  std::map<std::string, const ast::Expr*> constants;
  std::map<std::string, const ast::SegmentDecl*> segments;
  std::map<std::string, const ast::ScoreDecl*> scores;
  std::map<std::string, const ast::PolicyDecl*> policies;
  std::map<std::string, const ast::StepsDecl*> sequences;
  std::vector<Journey> journeys;  // by priority, higher first, then name: the order of entries

 private:
  bool take(const ast::Decl& decl, const FileResolver& files);
  void take_message(const ast::MessageDecl& decl, const FileResolver& files);
  void take_journey(const ast::JourneyDecl& decl);
  void take_inline(const ast::SendBody& body);
  void read_steps(std::span<const ast::Step* const> steps, Journey& journey);
  liquid::Template template_of(const ast::StringLiteral& literal, FileId file);

  SourceMap sources_;
  std::vector<ast::File> files_;
  std::deque<std::string> texts_;  // of template files
  std::map<std::string, Message> messages_;
  std::map<const ast::SendBody*, Message> inline_;
};

// Every block directly inside a step.
std::vector<const ast::Block*> blocks_of(const ast::Step& step);
std::string text(std::string_view view);

}  // namespace wend::oracle

#endif  // WEND_TESTS_ORACLE_PROGRAM_H_
