#include <algorithm>
#include <string>

#include "compiler/diagnostics/messages_syntax.h"
#include "compiler/syntax/parse_ast.h"

namespace wend::syntax {
namespace {

// `journeys/Cart-Recovery.wend` as `cart_recovery`.
std::string name_of_file(std::string_view path, size_t max_length) {
  const size_t slash = path.find_last_of("/\\");
  if (slash != std::string_view::npos) path.remove_prefix(slash + 1);
  path = path.substr(0, path.find('.'));
  std::string name;
  for (const char c : path) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    if (upper) {
      name += static_cast<char>(c - 'A' + 'a');
    } else if (plain) {
      name += c;
    } else if (!name.empty() && name.back() != '_') {
      name += '_';
    }
  }
  while (!name.empty() && name.back() == '_') name.pop_back();
  if (name.empty()) name = "journey_of_file";
  if (name.front() >= '0' && name.front() <= '9') name.insert(0, "_");
  return name.substr(0, max_length);
}

}  // namespace

void AstBuilder::build(G::FileContext* context) {
  for (G::UseDeclContext* use : context->uses) {
    if (!failed(use)) out_.uses.push_back(word(use->module));
  }
  if (!context->clauses.empty()) anonymous_journey(context);
  for (G::DeclContext* one : context->decls) {
    if (failed(one)) continue;
    if (const ast::Decl* made = declaration(one)) out_.decls.push_back(made);
  }
}

void AstBuilder::anonymous_journey(G::FileContext* context) {
  const antlr4::ParserRuleContext* last =
      context->steps.empty() ? static_cast<antlr4::ParserRuleContext*>(context->clauses.back())
                             : static_cast<antlr4::ParserRuleContext*>(context->steps.back());
  auto* made = node<ast::JourneyDecl>(join(span(context->clauses.front()), span(last)));
  made->anonymous = true;
  made->name = {arena_.copy(std::string_view(name_of_file(file_.path(), options_.max_name_length))),
                {id(), made->span.begin, made->span.begin}};
  made->clauses = clauses(context->clauses);
  made->steps = steps(context->steps);
  made->docs = docs(context->clauses.front()->start);
  out_.decls.push_back(made);
}

// ------------------------------------------------------------------------------------------ clauses

std::span<const ast::Clause* const> AstBuilder::clauses(const std::vector<G::ClauseContext*>& contexts) {
  std::vector<const ast::Clause*> made;
  for (G::ClauseContext* context : contexts) {
    if (failed(context)) continue;
    ast::Clause* one = clause(context);
    one->docs = docs(context->start);
    made.push_back(one);
  }
  return arena_.copy(made);
}

ast::Clause* AstBuilder::clause(G::ClauseContext* context) {
  const Span at = span(context);
  if (ast::Clause* made = entry_clause(context)) return made;
  if (ast::Clause* made = limit_clause(context)) return made;
  if (auto* until = dynamic_cast<G::UntilEventContext*>(context)) {
    auto* made = node<ast::UntilClause>(at);
    made->condition = expr(until->condition);
    made->where = until->filter == nullptr ? nullptr : expr(until->filter);
    made->has_block = until->act != nullptr;
    if (made->has_block) made->block = block(until->act);
    return made;
  }
  if (auto* goal = dynamic_cast<G::GoalEventContext*>(context)) {
    auto* made = node<ast::GoalClause>(at);
    made->occurrence = occurrence(goal->event);
    made->has_within = goal->window != nullptr;
    if (made->has_within) made->within_ms = duration_of(goal->window);
    made->value = goal->amount == nullptr ? nullptr : expr(goal->amount);
    return made;
  }
  if (auto* under = dynamic_cast<G::UnderPolicyContext*>(context)) {
    auto* made = node<ast::PolicyClause>(at);
    made->name = word(under->id);
    return made;
  }
  if (auto* group = dynamic_cast<G::InGroupContext*>(context)) {
    auto* made = node<ast::GroupClause>(at);
    made->name = word(group->id);
    return made;
  }
  if (auto* priority = dynamic_cast<G::WithPriorityContext*>(context)) {
    auto* made = node<ast::PriorityClause>(at);
    made->priority = int_of(priority->number);
    return made;
  }
  auto* zone = static_cast<G::InZoneContext*>(context);
  auto* made = node<ast::ZoneClause>(at);
  made->zone = zone->where->getType() == G::CONTACT ? nullptr : string_expr(zone->where);
  return made;
}

// Who enters, and when.
ast::Clause* AstBuilder::entry_clause(G::ClauseContext* context) {
  const Span at = span(context);
  if (auto* on = dynamic_cast<G::OnEventContext*>(context)) {
    auto* made = node<ast::OnClause>(at);
    std::vector<const ast::Trigger*> triggers;
    for (G::TriggerContext* item : on->items) triggers.push_back(trigger(item));
    made->triggers = arena_.copy(triggers);
    return made;
  }
  if (auto* every = dynamic_cast<G::EveryPeriodClauseContext*>(context)) {
    auto* made = node<ast::EveryClause>(at);
    made->every = ast::EveryKind::kDay;
    if (auto* days = dynamic_cast<G::EveryWeekdayContext*>(every->period)) {
      made->every = ast::EveryKind::kWeekdays;
      made->weekday_mask = weekday_mask(days->days);
    } else if (auto* month = dynamic_cast<G::EveryMonthContext*>(every->period)) {
      const bool last = month->day->getType() == G::LAST;
      made->every = last ? ast::EveryKind::kMonthLast : ast::EveryKind::kMonthDay;
      made->month_day = last ? 0 : int_of(month->day);
    }
    made->clock_ms = clock_of(every->clock);
    made->has_over = every->spread != nullptr;
    if (made->has_over) made->over_ms = duration_of(every->spread);
    return made;
  }
  if (auto* whom = dynamic_cast<G::ForSegmentContext*>(context)) {
    auto* made = node<ast::ForClause>(at);
    made->segment = segment_ref(whom->whom);
    return made;
  }
  if (auto* enter = dynamic_cast<G::EnterAgainContext*>(context)) {
    auto* made = node<ast::EnterClause>(at);
    made->mode = ast::EnterMode::kAgain;
    made->mode_written = enter->how != nullptr;
    if (auto* once = dynamic_cast<G::EnterOnceContext*>(enter->how)) {
      made->mode = once->window == nullptr ? ast::EnterMode::kOnce : ast::EnterMode::kOncePer;
      if (once->window != nullptr) made->per_ms = duration_of(once->window);
    } else if (dynamic_cast<G::EnterAnewContext*>(enter->how) != nullptr) {
      made->mode = ast::EnterMode::kRestart;
    }
    made->each = enter->keyValue == nullptr ? nullptr : expr(enter->keyValue);
    return made;
  }
  return nullptr;
}

// How many, how long, how often.
ast::Clause* AstBuilder::limit_clause(G::ClauseContext* context) {
  const Span at = span(context);
  if (auto* holdout = dynamic_cast<G::WithHoldoutContext*>(context)) {
    auto* made = node<ast::HoldoutClause>(at);
    made->percent = percent_of(holdout->share);
    return made;
  }
  if (auto* active = dynamic_cast<G::ActiveBetweenContext*>(context)) {
    auto* made = node<ast::ActiveClause>(at);
    made->from = moment(active->since);
    made->to = moment(active->till);
    return made;
  }
  if (auto* lasts = dynamic_cast<G::LastsAtMostContext*>(context)) {
    auto* made = node<ast::LastsClause>(at);
    made->at_most_ms = duration_of(lasts->length);
    made->has_block = lasts->act != nullptr;
    if (made->has_block) made->block = block(lasts->act);
    return made;
  }
  if (auto* budget = dynamic_cast<G::WithBudgetContext*>(context)) {
    auto* made = node<ast::BudgetClause>(at);
    made->count = int_of(budget->count);
    made->window_ms = duration_of(budget->window);
    return made;
  }
  if (auto* admit = dynamic_cast<G::AdmitOnlyContext*>(context)) {
    auto* made = node<ast::AdmitClause>(at);
    made->count = int_of(admit->count);
    made->window_ms = duration_of(admit->window);
    made->then = ast::AdmitThen::kUnwritten;
    if (admit->act_ != nullptr) {
      made->then = admit->act_->getType() == G::QUEUE ? ast::AdmitThen::kQueue : ast::AdmitThen::kSkip;
    }
    return made;
  }
  return nullptr;
}

const ast::Trigger* AstBuilder::trigger(G::TriggerContext* context) {
  auto* made = arena_.make<ast::Trigger>();
  made->id = next_id();
  made->span = span(context);
  const auto set_clock = [&](const antlr4::Token* clock) {
    made->has_clock = clock != nullptr;
    if (made->has_clock) made->clock_ms = clock_of(clock);
  };
  if (auto* event = dynamic_cast<G::EventTriggerContext*>(context)) {
    made->kind = ast::TriggerKind::kEvent;
    made->occurrence = occurrence(event->event);
  } else if (auto* flip = dynamic_cast<G::SegmentTriggerContext*>(context)) {
    const bool enters = flip->direction->getType() == G::ENTER;
    made->kind = enters ? ast::TriggerKind::kEnterSegment : ast::TriggerKind::kLeaveSegment;
    made->segment = segment_ref(flip->whom);
  } else if (auto* silence = dynamic_cast<G::SilenceTriggerContext*>(context)) {
    made->kind = ast::TriggerKind::kSilence;
    made->occurrence = occurrence(silence->event);
    made->silence_ms = duration_of(silence->length);
  } else if (auto* date = dynamic_cast<G::DateTriggerContext*>(context)) {
    made->kind = ast::TriggerKind::kDate;
    made->date = expr(date->value);
    made->yearly = date->yearly != nullptr;
    set_clock(date->clock);
  } else if (auto* offset = dynamic_cast<G::OffsetTriggerContext*>(context)) {
    made->kind = ast::TriggerKind::kDateOffset;
    made->offset = length(offset->offset);
    made->before = offset->side->getType() == G::BEFORE;
    made->date = expr(offset->value);
    set_clock(offset->clock);
  } else {
    made->kind = ast::TriggerKind::kMoment;
    made->date = moment(static_cast<G::MomentTriggerContext*>(context)->when);
  }
  return made;
}

// ------------------------------------------------------------------------------------------ declarations

const ast::Decl* AstBuilder::declaration(G::DeclContext* context) {
  ast::Decl* made = nullptr;
  if (auto* event = dynamic_cast<G::EventDeclarationContext*>(context)) {
    made = event_decl(event->it);
  } else if (auto* score = dynamic_cast<G::ScoreDeclarationContext*>(context)) {
    made = score_decl(score->it);
  } else if (auto* channel = dynamic_cast<G::ChannelDeclarationContext*>(context)) {
    made = channel_decl(channel->it);
  } else if (auto* message = dynamic_cast<G::MessageDeclarationContext*>(context)) {
    made = message_decl(message->it);
  } else if (auto* policy = dynamic_cast<G::PolicyDeclarationContext*>(context)) {
    made = policy_decl(policy->it);
  } else if (auto* journey = dynamic_cast<G::JourneyDeclarationContext*>(context)) {
    made = journey_decl(journey->it);
  } else if (auto* sequence = dynamic_cast<G::StepsDeclarationContext*>(context)) {
    made = steps_decl(sequence->it);
  } else if (auto* settings = dynamic_cast<G::SettingsDeclarationContext*>(context)) {
    made = settings_decl(settings->it);
  } else if (auto* migrate = dynamic_cast<G::MigrateDeclarationContext*>(context)) {
    made = migrate_decl(migrate->it);
  } else if (auto* test = dynamic_cast<G::TestDeclarationContext*>(context)) {
    made = test_decl(test->it);
  } else {
    made = data_declaration(context);
  }
  if (made == nullptr) return nullptr;
  made->docs = docs(context->start);
  return made;
}

ast::Decl* AstBuilder::data_declaration(G::DeclContext* context) {
  const Span at = span(context);
  if (auto* contact = dynamic_cast<G::ContactDeclarationContext*>(context)) {
    if (failed(contact->it)) return nullptr;
    auto* made = node<ast::ContactDecl>(at);
    made->fields = fields(contact->it->members);
    return made;
  }
  if (auto* segment = dynamic_cast<G::SegmentDeclarationContext*>(context)) {
    if (failed(segment->it)) return nullptr;
    auto* made = node<ast::SegmentDecl>(at);
    made->name = word(segment->it->id);
    made->condition = expr(segment->it->condition);
    return made;
  }
  if (auto* constant = dynamic_cast<G::ConstDeclarationContext*>(context)) {
    if (failed(constant->it)) return nullptr;
    auto* made = node<ast::ConstDecl>(at);
    made->name = word(constant->it->id);
    made->value = expr(constant->it->value);
    return made;
  }
  auto* catalog = static_cast<G::CatalogDeclarationContext*>(context);
  if (failed(catalog->it)) return nullptr;
  auto* made = node<ast::CatalogDecl>(at);
  made->name = word(catalog->it->id);
  made->key = word(catalog->it->keyName);
  made->file = string_expr(catalog->it->path);
  made->fields = fields(catalog->it->members);
  return made;
}

ast::Decl* AstBuilder::event_decl(G::EventDeclContext* context) {
  auto* made = node<ast::EventDecl>(span(context));
  made->name = word(context->id);
  made->wire_name = string_expr(context->wire);
  made->has_fields = context->open != nullptr;
  made->fields = fields(context->members);
  return made;
}

ast::Decl* AstBuilder::score_decl(G::ScoreDeclContext* context) {
  auto* made = node<ast::ScoreDecl>(span(context));
  made->name = word(context->id);
  std::vector<ast::ScoreItem> items;
  for (G::ScoreItemContext* item : context->items) {
    if (failed(item)) continue;
    ast::ScoreItem one{};
    one.span = span(item);
    if (auto* points = dynamic_cast<G::ScorePointsContext*>(item)) {
      one.kind = ast::ScoreItemKind::kPoints;
      one.points = number_of(points->points) * (points->sign->getType() == G::MINUS ? -1 : 1);
      one.occurrence = occurrence(points->event);
    } else if (auto* decay = dynamic_cast<G::ScoreDecayContext*>(item)) {
      one.kind = ast::ScoreItemKind::kDecay;
      one.decay_percent = percent_of(decay->share);
      one.decay_every_ms = duration_of(decay->period);
    } else {
      auto* bounds = static_cast<G::ScoreBoundsContext*>(item);
      one.kind = ast::ScoreItemKind::kBetween;
      one.low = signed_of(bounds->low);
      one.high = signed_of(bounds->high);
    }
    items.push_back(one);
  }
  made->items = arena_.copy(items);
  return made;
}

ast::Decl* AstBuilder::channel_decl(G::ChannelDeclContext* context) {
  auto* made = node<ast::ChannelDecl>(span(context));
  made->name = word(context->id);
  for (G::ChannelItemContext* item : context->items) {
    if (failed(item)) continue;
    bool twice = false;
    if (auto* address = dynamic_cast<G::ChannelAddressContext*>(item)) {
      twice = made->address != nullptr;
      made->address = member_path(address->path);
    } else if (auto* consent = dynamic_cast<G::ChannelConsentContext*>(item)) {
      twice = made->consent != nullptr;
      made->consent = string_expr(consent->topic);
    } else {
      twice = made->has_cost;
      made->has_cost = true;
      made->cost = number_of(static_cast<G::ChannelCostContext*>(item)->amount);
    }
    if (twice)
      report_misplaced(span(item), "the same line of a `channel` stands twice", "delete one of the two");
  }
  return made;
}

ast::Decl* AstBuilder::message_decl(G::MessageDeclContext* context) {
  auto* made = node<ast::MessageDecl>(span(context));
  made->name = word(context->id);
  made->channel = word(context->channel);
  std::vector<const ast::MessageItem*> items;
  for (G::MessageItemContext* item : context->items) {
    if (!failed(item)) items.push_back(message_item(item));
  }
  made->items = arena_.copy(items);
  return made;
}

const ast::MessageItem* AstBuilder::message_item(G::MessageItemContext* context) {
  auto* made = arena_.make<ast::MessageItem>();
  made->id = next_id();
  made->span = span(context);
  const auto kind_of = [](TokenType type) {
    switch (type) {
      case G::SUBJECT:
        return ast::MessageItemKind::kSubject;
      case G::BODY:
        return ast::MessageItemKind::kBody;
      case G::FROM:
        return ast::MessageItemKind::kFrom;
      case G::TO:
        return ast::MessageItemKind::kTo;
      case G::REPLY_TO:
        return ast::MessageItemKind::kReplyTo;
      case G::PREHEADER:
        return ast::MessageItemKind::kPreheader;
      case G::HTML:
        return ast::MessageItemKind::kHtml;
      case G::TEXT:
        return ast::MessageItemKind::kText;
      case G::TOPIC:
        return ast::MessageItemKind::kTopic;
      default:
        return ast::MessageItemKind::kOffer;
    }
  };
  if (auto* text = dynamic_cast<G::MessageTextContext*>(context)) {
    made->kind = kind_of(text->what->getType());
    if (auto* file = dynamic_cast<G::FileTemplateContext*>(text->value)) {
      made->from_file = true;
      made->text = string_expr(file->path);
    } else {
      made->text = string_expr(static_cast<G::InlineTemplateContext*>(text->value)->text);
    }
  } else if (auto* category = dynamic_cast<G::MessageCategoryContext*>(context)) {
    made->kind = ast::MessageItemKind::kCategory;
    const TokenType type = category->value->getType();
    made->category = type == G::MARKETING       ? ast::CategoryKind::kMarketing
                     : type == G::TRANSACTIONAL ? ast::CategoryKind::kTransactional
                                                : ast::CategoryKind::kNamed;
    if (type == G::STRING) made->text = string_expr(category->value);
  } else if (auto* named = dynamic_cast<G::MessageNameContext*>(context)) {
    made->kind = kind_of(named->what->getType());
    made->text = string_expr(named->value);
  } else {
    made->kind = ast::MessageItemKind::kData;
    made->fields = fields(static_cast<G::MessageDataContext*>(context)->members);
  }
  return made;
}

ast::Decl* AstBuilder::policy_decl(G::PolicyDeclContext* context) {
  auto* made = node<ast::PolicyDecl>(span(context));
  made->name = word(context->id);
  std::vector<const ast::Guard*> guards;
  for (G::GuardContext* one : context->guards) {
    if (!failed(one)) guards.push_back(guard(one));
  }
  made->guards = arena_.copy(guards);
  return made;
}

const ast::Guard* AstBuilder::guard(G::GuardContext* context) {
  auto* made = arena_.make<ast::Guard>();
  made->id = next_id();
  made->span = span(context);
  const auto set_channels = [&](G::ChannelListContext* list) {
    if (list != nullptr) made->channels = words(list->items);
  };
  if (auto* consent = dynamic_cast<G::ConsentGuardContext*>(context)) {
    made->kind = ast::GuardKind::kConsent;
    set_channels(consent->on);
    const TokenType type = consent->how->getType();
    made->consent = type == G::OPT_IN    ? ast::ConsentMode::kOptIn
                    : type == G::OPT_OUT ? ast::ConsentMode::kOptOut
                                         : ast::ConsentMode::kNone;
  } else if (auto* cap = dynamic_cast<G::CapGuardContext*>(context)) {
    made->kind = ast::GuardKind::kCap;
    if (auto* on = dynamic_cast<G::CapChannelsContext*>(cap->scope)) set_channels(on->on);
    if (auto* category = dynamic_cast<G::CapCategoryContext*>(cap->scope)) {
      made->category = string_expr(category->name_);
    }
    made->offer = dynamic_cast<G::CapOfferContext*>(cap->scope) != nullptr;
    made->limit = cap->count != nullptr ? scalar(cap->count) : expr(cap->limit);
    made->window_ms = duration_of(cap->window);
    if (cap->whom != nullptr) made->segment = segment_ref(cap->whom);
  } else if (auto* quiet = dynamic_cast<G::QuietGuardContext*>(context)) {
    made->kind = ast::GuardKind::kQuiet;
    set_channels(quiet->on);
    made->quiet_from_ms = clock_of(quiet->begin);
    made->quiet_to_ms = clock_of(quiet->end);
    if (quiet->days != nullptr) made->weekday_mask = weekday_mask(quiet->days);
    made->quiet_drop = quiet->act != nullptr && quiet->act->getType() == G::DROP;
  } else if (auto* hibernate = dynamic_cast<G::HibernateGuardContext*>(context)) {
    made->kind = ast::GuardKind::kHibernate;
    set_channels(hibernate->on);
    made->when = expr(hibernate->condition);
    if (hibernate->count != nullptr) made->count = int_of(hibernate->count);
  } else if (auto* pause = dynamic_cast<G::PauseGuardContext*>(context)) {
    made->kind = ast::GuardKind::kPause;
    set_channels(pause->on);
    made->bounces = pause->what->getType() == G::BOUNCES;
    made->percent = percent_of(pause->share);
    made->count = int_of(pause->count);
  } else {
    auto* throttle = static_cast<G::ThrottleGuardContext*>(context);
    made->kind = ast::GuardKind::kThrottle;
    set_channels(throttle->on);
    made->count = int_of(throttle->count);
    made->window_ms = duration_of(throttle->window);
  }
  return made;
}

ast::Decl* AstBuilder::journey_decl(G::JourneyDeclContext* context) {
  auto* made = node<ast::JourneyDecl>(span(context));
  made->name = word(context->id);
  made->clauses = clauses(context->clauses);
  made->steps = steps(context->steps);
  return made;
}

ast::Decl* AstBuilder::steps_decl(G::StepsDeclContext* context) {
  auto* made = node<ast::StepsDecl>(span(context));
  made->name = word(context->id);
  std::vector<ast::Parameter> parameters;
  for (G::ParameterContext* one : context->params) parameters.push_back({word(one->id), type(one->kind)});
  made->parameters = arena_.copy(parameters);
  made->block = block(context->body);
  return made;
}

ast::Decl* AstBuilder::settings_decl(G::SettingsDeclContext* context) {
  auto* made = node<ast::SettingsDecl>(span(context));
  std::vector<ast::Setting> items;
  for (G::SettingContext* item : context->items) {
    if (failed(item)) continue;
    ast::Setting one{};
    one.span = span(item);
    if (auto* zone = dynamic_cast<G::ZoneSettingContext*>(item)) {
      one.kind = ast::SettingKind::kZone;
      one.zone = string_expr(zone->zoneName);
    } else if (auto* length = dynamic_cast<G::LengthSettingContext*>(item)) {
      one.kind = length->what->getType() == G::LATE ? ast::SettingKind::kLate : ast::SettingKind::kCatchUp;
      one.duration_ms = duration_of(length->length);
    } else if (auto* opens = dynamic_cast<G::MachineOpensSettingContext*>(item)) {
      one.kind = ast::SettingKind::kMachineOpens;
      one.word = word(opens->word);
    } else if (auto* language = dynamic_cast<G::LanguageSettingContext*>(item)) {
      one.kind = ast::SettingKind::kLanguage;
      one.number = int_of(language->number);
    } else {
      auto* lint = static_cast<G::LintSettingContext*>(item);
      one.kind = ast::SettingKind::kLint;
      one.word = word(lint->id);
      const TokenType level = lint->level->getType();
      one.level = level == G::OFF    ? ast::LintLevel::kOff
                  : level == G::WARN ? ast::LintLevel::kWarn
                                     : ast::LintLevel::kError;
    }
    items.push_back(one);
  }
  made->settings = arena_.copy(items);
  return made;
}

ast::Decl* AstBuilder::migrate_decl(G::MigrateDeclContext* context) {
  auto* made = node<ast::MigrateDecl>(span(context));
  made->name = word(context->id);
  std::vector<ast::MigrateRule> rules;
  for (G::MigrateRuleContext* rule : context->rules) {
    if (failed(rule)) continue;
    const bool exits = rule->after->getType() == G::EXIT;
    rules.push_back({label(rule->before), exits ? ast::Word{} : label(rule->after), span(rule)});
  }
  made->rules = arena_.copy(rules);
  return made;
}

}  // namespace wend::syntax
