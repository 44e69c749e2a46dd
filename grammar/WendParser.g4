// The sentences of Wend.
//
// House rules of this file:
//   * Every alternative of a rule has a name (# Name) and every part that the AST needs has a label: the
//     builder (compiler/syntax/parse_*.cc) reads labels only and never counts children.
//   * No ambiguity, and SLL prediction suffices; tests/fuzz/ambiguity_fuzz.cc shows it with random sentences.
//   * Layout means nothing. What makes that safe: no step begins with an identifier, a string or a bracket,
//     and no arm of a step begins with an expression.
//   * Expressions are a ladder of rules, so that comparisons cannot chain.
//   * What repeats in the language repeats here as a loop, not as recursion; what still nests is capped by
//     ParseOptions::max_depth.
parser grammar WendParser;

options { tokenVocab = WendLexer; }

// A file that starts with a clause is one anonymous journey; its messages and tests may follow.
file
  : uses+=useDecl* (clauses+=clause+ steps+=step*)? decls+=decl* EOF
  ;

useDecl
  : USE module=name
  ;

decl
  : it=eventDecl     # EventDeclaration
  | it=contactDecl   # ContactDeclaration
  | it=segmentDecl   # SegmentDeclaration
  | it=scoreDecl     # ScoreDeclaration
  | it=constDecl     # ConstDeclaration
  | it=catalogDecl   # CatalogDeclaration
  | it=channelDecl   # ChannelDeclaration
  | it=messageDecl   # MessageDeclaration
  | it=policyDecl    # PolicyDeclaration
  | it=journeyDecl   # JourneyDeclaration
  | it=stepsDecl     # StepsDeclaration
  | it=settingsDecl  # SettingsDeclaration
  | it=migrateDecl   # MigrateDeclaration
  | it=testDecl      # TestDeclaration
  ;

// ------------------------------------------------------------------------------------------ data

eventDecl
  : EVENT id=name (ASSIGN wire=STRING)? (open=LB members=fields? RB)?
  ;

contactDecl
  : CONTACT LB members=fields? RB
  ;

fields
  : items+=field (COMMA? items+=field)* COMMA?
  ;

field
  : id=key COLON kind=type (ASSIGN initial=fieldDefault)?
  ;

fieldDefault
  : value=literal                     # PlainDefault
  | sign=MINUS number=(INT | NUMBER)  # NegativeDefault
  ;

type
  : base=baseType optional=QM?
  ;

baseType
  : values+=STRING (BAR values+=STRING)*  # EnumType
  | id=name (LT element=type GT)?         # NamedType
  | LB members=fields? RB                 # RecordType
  ;

segmentDecl
  : SEGMENT id=name ASSIGN condition=expr
  ;

constDecl
  : CONST id=name ASSIGN value=expr
  ;

scoreDecl
  : SCORE id=name LB (items+=scoreItem COMMA?)* RB
  ;

scoreItem
  : sign=(PLUS | MINUS) points=(INT | NUMBER) event=occurrence  # ScorePoints
  | DECAY share=PERCENT EVERY period=DURATION                   # ScoreDecay
  | BETWEEN low=signedNumber AND high=signedNumber              # ScoreBounds
  ;

signedNumber
  : sign=MINUS? number=(INT | NUMBER)
  ;

catalogDecl
  : CATALOG id=name BY keyName=name FILE_WORD path=STRING (LB members=fields? RB)?
  ;

channelDecl
  : CHANNEL id=name LB items+=channelItem* RB
  ;

channelItem
  : ADDRESS path=memberPath      # ChannelAddress
  | CONSENT topic=STRING         # ChannelConsent
  | COST amount=(INT | NUMBER)   # ChannelCost
  ;

// ------------------------------------------------------------------------------------------ messages, policies

messageDecl
  : MESSAGE id=name COLON channel=name LB items+=messageItem* RB
  ;

messageItem
  : what=(SUBJECT | BODY | FROM | TO | REPLY_TO | PREHEADER | HTML | TEXT) value=templateText  # MessageText
  | CATEGORY value=(MARKETING | TRANSACTIONAL | STRING)                                        # MessageCategory
  | what=(TOPIC | OFFER) value=STRING                                                          # MessageName
  | DATA LB members=fields? RB                                                                 # MessageData
  ;

templateText
  : text=(STRING | TRIPLE)  # InlineTemplate
  | FILE_WORD path=STRING   # FileTemplate
  ;

policyDecl
  : POLICY id=name LB guards+=guard* RB
  ;

guard
  : CONSENT on=channelList? how=(OPT_IN | OPT_OUT | NONE)                                   # ConsentGuard
  | CAP scope=capScope? (count=INT | LP limit=expr RP) PER window=DURATION
    (FOR whom=segmentRef)?                                                                # CapGuard
  | QUIET on=channelList? begin=CLOCK RANGE end=CLOCK (ON days=weekdays)?
    (THEN act=(WAIT | DROP))?                                                             # QuietGuard
  | HIBERNATE on=channelList? WHEN condition=expr (AFTER count=INT SENDS)?                   # HibernateGuard
  | PAUSE on=channelList? WHEN what=(COMPLAINTS | BOUNCES) GT share=PERCENT OF count=INT     # PauseGuard
  | THROTTLE on=channelList? count=INT PER window=DURATION                                   # ThrottleGuard
  ;

// Channels are plain identifiers here: the words of guards follow them without a separator.
channelList
  : items+=ID (COMMA items+=ID)*
  ;

capScope
  : on=channelList           # CapChannels
  | CATEGORY name_=STRING # CapCategory
  | OFFER                 # CapOffer
  ;

// ------------------------------------------------------------------------------------------ the rest of a project

stepsDecl
  : STEPS id=name LP (params+=parameter (COMMA params+=parameter)*)? RP body=block
  ;

parameter
  : id=name COLON kind=type
  ;

settingsDecl
  : SETTINGS LB items+=setting* RB
  ;

setting
  : ZONE zoneName=STRING                       # ZoneSetting
  | what=(LATE | CATCH_UP) length=DURATION     # LengthSetting
  | MACHINE_OPENS word=name                    # MachineOpensSetting
  | LANGUAGE number=INT                        # LanguageSetting
  | LINT id=name level=(OFF | WARN | ERROR_WORD)  # LintSetting
  ;

migrateDecl
  : MIGRATE id=name LB rules+=migrateRule* RB
  ;

migrateRule
  : before=LABEL ARROW after=(LABEL | EXIT)
  ;

// ------------------------------------------------------------------------------------------ journeys

journeyDecl
  : JOURNEY id=name LB clauses+=clause* steps+=step* RB
  ;

clause
  : ON items+=trigger (COMMA items+=trigger)*                                        # OnEvent
  | EVERY period=everyPeriod AT clock=CLOCK (OVER spread=DURATION)?                  # EveryPeriodClause
  | FOR whom=segmentRef                                                              # ForSegment
  | ENTER how=enterMode? (EACH keyValue=expr)?                                      # EnterAgain
  | UNTIL condition=expr (WHERE filter=expr)? act=block?                             # UntilEvent
  | GOAL event=occurrence (WITHIN window=DURATION)? (VALUE amount=expr)?             # GoalEvent
  | POLICY id=name                                                                   # UnderPolicy
  | GROUP id=name                                                                    # InGroup
  | PRIORITY number=INT                                                              # WithPriority
  | HOLDOUT share=PERCENT                                                            # WithHoldout
  | ACTIVE (since=moment? TO till=moment | since=moment)                             # ActiveBetween
  | LASTS AT MOST length=DURATION act=block?                                         # LastsAtMost
  | BUDGET count=INT PER window=DURATION                                             # WithBudget
  | ADMIT count=INT PER window=DURATION (THEN act_=(SKIP_WORD | QUEUE))?             # AdmitOnly
  | ZONE where=(STRING | CONTACT)                                                    # InZone
  ;

trigger
  : event=occurrence                                                                 # EventTrigger
  | direction=(ENTER | LEAVE) whom=segmentRef                                        # SegmentTrigger
  | NO event=occurrence FOR length=DURATION                                          # SilenceTrigger
  | DATE_WORD value=expr yearly=YEARLY? AT clock=CLOCK                               # DateTrigger
  | offset=(DURATION | CALENDAR) side=(BEFORE | AFTER) value=expr (AT clock=CLOCK)?  # OffsetTrigger
  | when=moment                                                                      # MomentTrigger
  ;

everyPeriod
  : DAY                         # EveryDay
  | days=weekdays               # EveryWeekday
  | MONTH ON day=(INT | LAST)   # EveryMonth
  ;

enterMode
  : ONCE (PER window=DURATION)?  # EnterOnce
  | AGAIN                        # EnterOften
  | RESTART                      # EnterAnew
  ;

segmentRef
  : id=name               # NamedSegment
  | LP condition=expr RP  # ConditionSegment
  ;

weekdays
  : items+=weekday (COMMA items+=weekday)*
  ;

weekday
  : word=(MONDAY | TUESDAY | WEDNESDAY | THURSDAY | FRIDAY | SATURDAY | SUNDAY)
  ;

moment
  : value=(TIME | DATE)
  ;

// An engagement word may be an event's name: `on opened`, `goal clicked`.
eventRef
  : word=name                  # PlainEvent
  | engagement=engagementWord  # EngagementEvent
  ;

// `where` always follows an event and asks that event.
occurrence
  : event=eventRef (WHERE condition=expr)?
  ;

// ------------------------------------------------------------------------------------------ steps

block
  : LB steps+=step* RB
  ;

step
  : label=LABEL? simple=plainStep      # PlainStepItem
  | label=LABEL? nested=compoundStep   # CompoundStepItem
  ;

// Without braces a branch is one plain step: no block, no `else`, no label. So an `else` has one owner.
branch
  : body=block                                                  # BlockBranch
  | simple=plainStep                                            # StepBranch
  | WAIT UNTIL clock=CLOCK (OVER spread=DURATION)?              # ClockBranch
  ;

elseBranch
  : ELSE other=branch   # ElseOther
  | ELSE chain=ifStep   # ElseChain
  ;

plainStep
  : SEND channel=name? body=sendBody options_+=sendOption*                             # SendOne
  | SEND FIRST LB bodies+=channelBody (COMMA bodies+=channelBody)* COMMA? RB
    (BY choice=expr)? options_+=sendOption*                                            # SendFirst
  | WAIT length=(DURATION | CALENDAR)                                                  # WaitLength
  | WAIT LP value=expr RP                                                              # WaitComputed
  | WAIT UNTIL days=weekdaySpan hours=clockSpan? (OVER spread=DURATION)?               # WaitWeekday
  | WAIT UNTIL begin=CLOCK RANGE end=CLOCK (OVER spread=DURATION)?                     # WaitClockRange
  | WAIT UNTIL DAY day=INT (AT clock=CLOCK)?                                           # WaitDay
  | WAIT quiet=DURATION AFTER LAST event=occurrence (AS alias=name)?
    (UP TO limit=DURATION)?                                                            # WaitAfterLast
  | DO sequence=name LP (args+=expr (COMMA args+=expr)*)? RP                           # DoSteps
  | START journey=name (WITH values=recordLiteral)?                                     # StartJourney
  | SET path=memberPath ASSIGN value=expr                                              # SetValue
  | ADD value=expr TO path=memberPath                                                  # AddValue
  | what=(TAG | UNTAG) tag=STRING                                                      # TagContact
  | what=(SUBSCRIBE | UNSUBSCRIBE) (topic=STRING | channel=name)                       # Subscription
  | AUDIENCE what=(ADD | REMOVE) audience=STRING                                       # AudienceChange
  | EMIT event=name values=recordLiteral?                                              # EmitEvent
  | NOTE text=STRING                                                                   # NoteText
  | EXIT reason=STRING?                                                                # ExitRun
  ;

weekdaySpan
  : begin=weekday (RANGE end=weekday)?
  ;

clockSpan
  : begin=CLOCK (RANGE end=CLOCK)?
  ;

sendBody
  : message=name            # DeclaredBody
  | text=(STRING | TRIPLE)  # InlineBody
  ;

channelBody
  : channel=name body=sendBody
  ;

sendOption
  : WITH values=recordLiteral                # WithOption
  | AT BEST HOUR WITHIN window=DURATION      # BestHourOption
  | EXPIRES AFTER window=DURATION            # ExpiresOption
  | WHILE condition=expr                     # WhileOption
  ;

// `wait until EXPR`: with `up to` a condition, else a moment; a clock time alone is a calendar wait.
compoundStep
  : choice=ifStep                                                                      # IfElse
  | WAIT UNTIL subject=expr
    (AT clock=CLOCK | UP TO limit=DURATION | OVER spread=DURATION)?
    act=block? otherwise=elseBranch?                                                   # WaitUntil
  | WAIT FOR event=awaited (AS alias=name)? UP TO limit=DURATION
    act=block? otherwise=elseBranch?                                                   # WaitFor
  | WAIT UP TO limit=DURATION LB arms+=waitArm+ (ELSE ARROW otherArm=branch)? RB       # WaitAny
  | MATCH subject=expr LB arms_+=matchArm* (ELSE ARROW otherArm=branch)? RB            # MatchSubject
  | SPLIT id=name LB shares+=splitArm* (rest=REST restBody=block)? RB
    (WINNER AFTER count=INT AT confidence=PERCENT)?                                    # SplitArms
  | REPEAT (up=UP TO)? times=INT TIMES EVERY period=DURATION (UNTIL condition=expr)?
    body=block                                                                         # RepeatSteps
  | CALL connector=name request=recordLiteral? (AS alias=name UP TO limit=DURATION)?
    otherwise=elseBranch?                                                              # CallConnector
  ;

ifStep
  : IF condition=expr body=branch tails+=elseIf* (ELSE last=branch)?
  ;

elseIf
  : ELSE if_=IF condition=expr body=branch
  ;

// What a wait waits for: an event, or what becomes of a message of this run.
awaited
  : event=name (WHERE condition=expr)?                                                 # AwaitedEvent
  | word=engagementWord about=target? (ON link=STRING)? (WHERE condition=expr)?         # AwaitedEngagement
  ;

waitArm
  : ON events+=awaited (COMMA events+=awaited)* (AS alias=name)? ARROW body=branch
  ;

matchArm
  : values+=matchValue (COMMA values+=matchValue)* ARROW body=branch
  ;

matchValue
  : text=STRING                            # MatchText
  | number=signedNumber                    # MatchNumber
  | word=(TRUE | FALSE | MISSING)          # MatchWord
  ;

splitArm
  : id=name? share=PERCENT body=block?                     # ShareArm
  | id=name? count=INT PER window=DURATION body=block?     # QuotaArm
  ;

memberPath
  : root=(CONTACT | SCORE) (DOT members+=key)+   # RootPath
  | id=name (DOT members+=key)+                  # NamePath
  ;

// ------------------------------------------------------------------------------------------ expressions

expr
  : terms+=conjunction (ops+=OR terms+=conjunction)*
  ;

conjunction
  : terms+=negation (ops+=AND terms+=negation)*
  ;

negation
  : ops+=NOT* operand=comparison
  ;

comparison
  : left=coalesced tail=comparisonTail?                                                # Compared
  | NO event=eventRef (WHERE condition=expr)? FOR window=DURATION                      # Silence
  ;

comparisonTail
  : op=(EQ | NE | LT | LE | GT | GE | IN | CONTAINS | MATCHES) right=coalesced         # PlainComparison
  | op=(STARTS | ENDS) WITH right=coalesced                                            # AffixComparison
  | IS state=(MISSING | PRESENT)                                                       # PresenceTest
  ;

coalesced
  : terms+=sum (ops+=QQ terms+=sum)*
  ;

sum
  : terms+=product (ops+=(PLUS | MINUS) terms+=product)*
  ;

product
  : terms+=unary (ops+=(STAR | SLASH) terms+=unary)*
  ;

unary
  : ops+=MINUS* operand=postfix
  ;

postfix
  : base=primary suffixes+=suffix*
  ;

suffix
  : DOT member=key      # MemberSuffix
  | LS index=expr RS    # IndexSuffix
  ;

primary
  : function=name LP (args+=callArgument (COMMA args+=callArgument)*)? RP              # CallPrimary
  | word=engagementWord about=target? (ON link=STRING)?                                 # EngagementPrimary
  | value=literal                                                                      # LiteralPrimary
  | root=(CONTACT | EVENT | SCORE | RUN | MESSAGE) DOT member=key
    (LP detail=STRING RP)?                                                             # RootPrimary
  | id=name                                                                            # NamePrimary
  | LP inner=expr RP                                                                   # ParenPrimary
  ;

callArgument
  : value=expr (WHERE filter=expr)?
  ;

literal
  : text=(STRING | TRIPLE)                                     # TextLiteral
  | scalar=(INT | NUMBER | DURATION | CALENDAR | PERCENT | TIME | DATE | CLOCK | TRUE | FALSE | MISSING)
                                                               # ScalarLiteral
  | LS (items+=expr (COMMA items+=expr)* COMMA?)? RS           # ListLiteral
  | record=recordLiteral                                       # RecordValue
  ;

recordLiteral
  : LB (items+=recordItem (COMMA items+=recordItem)* COMMA?)? RB
  ;

recordItem
  : id=key COLON value=expr
  ;

// ------------------------------------------------------------------------------------------ tests

testDecl
  : TEST title=STRING (OF journeys+=name (COMMA journeys+=name)*)? LB lines+=testLine* RB
  ;

testLine
  : CONTACT who=STRING values=recordLiteral                                            # ContactLine
  | AT when=moment (who=STRING | nobody=NOBODY)? act=testAction?                       # AtLine
  | AFTER length=DURATION (who=STRING | nobody=NOBODY)? act=testAction?                # AfterLine
  | ASSUME SPLIT id=name ASSIGN arm=STRING                                             # AssumeSplit
  | ASSUME CALL id=name ASSIGN values=recordLiteral                                    # AssumeCall
  | ASSUME HOLDOUT id=name                                                             # AssumeHoldout
  | ASSUME PAUSED id=name                                                              # AssumePaused
  | PROVIDER id=name FAILS WITH error=STRING (times=INT TIMES)?                        # ProviderFails
  | EXPECT who=STRING? what=expectation                                                # ExpectLine
  ;

testAction
  : event=eventRef values=recordLiteral?                   # EventAction
  | word=engagementWord about=name (ON link=STRING)?      # EngagementAction
  | IDENTIFY values=recordLiteral                          # IdentifyAction
  | ALIAS other=STRING                                     # AliasAction
  | ERASE                                                  # EraseAction
  ;

expectation
  : negated=NOT? SENT channel=name? body=sendBody (times=INT TIMES)? (ON when=moment)?
    (WITH part=key CONTAINS text=STRING)?                                              # ExpectSent
  | NOTHING SENT (BY id=name)? (ON channel=name)?                                      # ExpectNothing
  | SUPPRESSED (channel=name message=name?)? (BECAUSE reason=key)?                     # ExpectSuppressed
  | IN id=name                                                                         # ExpectSegment
  | id=name (LS runKey=STRING RS)? WAITING AT label=LABEL                              # ExpectWaiting
  | id=name (LS runKey=STRING RS)? ENDED (BECAUSE (reason=key | text=STRING))?         # ExpectEnded
  | id=name (LS runKey=STRING RS)? negated=NOT? CONVERTED (VALUE amount=signedNumber)? # ExpectConverted
  | path=memberPath op=(EQ | NE | LT | LE | GT | GE | CONTAINS) value=expr             # ExpectCompare
  | path=memberPath IS state=(MISSING | PRESENT)                                       # ExpectPresence
  ;

// ------------------------------------------------------------------------------------------ words

engagementWord
  : word=(OPENED | CLICKED | DELIVERED | BOUNCED | FAILED | REPLIED | COMPLAINED | SUPPRESSED | SENT)
  ;

// A name: an identifier or a word that means something only elsewhere. One token.
name
  : word=( ID | ON | EVERY | FOR | GOAL | GROUP | PRIORITY | HOLDOUT | ACTIVE | LASTS | BUDGET | ADMIT
         | ZONE | PRESENT | WITH | AT | BEST | HOUR | WITHIN | EXPIRES | AFTER | FIRST | BY | UP | TO
         | AS | LAST | BEFORE | OVER | ONCE | PER | AGAIN | RESTART | EACH | LEAVE | DATE_WORD | DAY
         | MONTH | THEN | SKIP_WORD | QUEUE | REST | WINNER | TIMES | REMOVE | MOST | CONSENT | OPT_IN
         | OPT_OUT | NONE | CAP | CATEGORY | OFFER | QUIET | HIBERNATE | WHEN | PAUSE | COMPLAINTS
         | BOUNCES | OF | THROTTLE | DROP | SENDS | SUBJECT | BODY | FROM | REPLY_TO | PREHEADER
         | TOPIC | DATA | FILE_WORD | HTML | TEXT | MARKETING | TRANSACTIONAL | ADDRESS | COST | DECAY
         | LATE | MACHINE_OPENS | CATCH_UP | LINT | OFF | WARN | ERROR_WORD | LANGUAGE | ASSUME
         | PROVIDER | FAILS | EXPECT | NOTHING | ENDED | WAITING | CONVERTED | PAUSED )
  ;

// What an engagement word speaks of: a message or a label. Any name but the
// words that may follow a condition: `clicked on "s"` in front of the arm of a `match`, or `if sent with { }`,
// would need more than SLL.
target
  : word=( ID | EVERY | GOAL | GROUP | PRIORITY | HOLDOUT | ACTIVE | LASTS | BUDGET | ADMIT
         | ZONE | PRESENT | BEST | HOUR | FIRST
         | LAST | BEFORE | ONCE | PER | AGAIN | RESTART | EACH | LEAVE | DATE_WORD | DAY
         | MONTH | THEN | SKIP_WORD | QUEUE | REST | WINNER | TIMES | REMOVE | MOST | CONSENT | OPT_IN
         | OPT_OUT | NONE | CAP | CATEGORY | OFFER | QUIET | HIBERNATE | WHEN | PAUSE | COMPLAINTS
         | BOUNCES | OF | THROTTLE | DROP | SENDS | SUBJECT | BODY | FROM | REPLY_TO | PREHEADER
         | TOPIC | DATA | FILE_WORD | HTML | TEXT | MARKETING | TRANSACTIONAL | ADDRESS | COST | DECAY
         | LATE | MACHINE_OPENS | CATCH_UP | LINT | OFF | WARN | ERROR_WORD | LANGUAGE | ASSUME
         | PROVIDER | FAILS | EXPECT | NOTHING | ENDED | WAITING | CONVERTED | PAUSED )
  ;

// After a dot and in front of a colon every word is allowed. One token.
key
  : word=( ID | ON | EVERY | FOR | GOAL | GROUP | PRIORITY | HOLDOUT | ACTIVE | LASTS | BUDGET | ADMIT
         | ZONE | PRESENT | WITH | AT | BEST | HOUR | WITHIN | EXPIRES | AFTER | FIRST | BY | UP | TO
         | AS | LAST | BEFORE | OVER | ONCE | PER | AGAIN | RESTART | EACH | LEAVE | DATE_WORD | DAY
         | MONTH | THEN | SKIP_WORD | QUEUE | REST | WINNER | TIMES | REMOVE | MOST | CONSENT | OPT_IN
         | OPT_OUT | NONE | CAP | CATEGORY | OFFER | QUIET | HIBERNATE | WHEN | PAUSE | COMPLAINTS
         | BOUNCES | OF | THROTTLE | DROP | SENDS | SUBJECT | BODY | FROM | REPLY_TO | PREHEADER
         | TOPIC | DATA | FILE_WORD | HTML | TEXT | MARKETING | TRANSACTIONAL | ADDRESS | COST | DECAY
         | LATE | MACHINE_OPENS | CATCH_UP | LINT | OFF | WARN | ERROR_WORD | LANGUAGE | ASSUME
         | PROVIDER | FAILS | EXPECT | NOTHING | ENDED | WAITING | CONVERTED | PAUSED
         | OPENED | CLICKED | DELIVERED | BOUNCED | FAILED | REPLIED | COMPLAINED | SUPPRESSED | SENT
         | AND | OR | NOT | IN | IS | MISSING | CONTAINS | STARTS | ENDS | MATCHES | WHERE | UNTIL | WHILE
         | VALUE | BETWEEN | ENTER | EXIT | YEARLY | NO | TRUE | FALSE | CONTACT | EVENT | SCORE | RUN
         | MESSAGE | SEND | WAIT | IF | ELSE | MATCH | SPLIT | REPEAT | START | SET | ADD | TAG | UNTAG
         | SUBSCRIBE | UNSUBSCRIBE | AUDIENCE | CALL | EMIT | NOTE | DO | USE | SEGMENT | CONST | CATALOG
         | CHANNEL | POLICY | JOURNEY | STEPS | SETTINGS | MIGRATE | TEST | MONDAY | TUESDAY | WEDNESDAY
         | THURSDAY | FRIDAY | SATURDAY | SUNDAY | BECAUSE | NOBODY | IDENTIFY | ALIAS | ERASE )
  ;
