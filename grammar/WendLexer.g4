// The words of Wend. language.md and docs/reference say what they mean; this file says how text is cut.
//
// Three rules for whoever edits it:
//   1. The lexer sees bytes, every byte of a non-ASCII character as the one character U+007F: no rule may
//      treat two non-ASCII characters differently.
//   2. Between rules that match the same length the first one wins, so keywords stand before ID and the
//      tokens that begin with a digit keep their order.
//   3. A frequent mistake is a token of its own (last section), so that it gets one message of its own.
//      compiler/syntax/parse_tokens.cc reports it and hands the parser what was meant.
lexer grammar WendLexer;

channels { COMMENTS, DOCS }

DOC     : '##' ~[\r\n]* -> channel(DOCS) ;
COMMENT : '#' ~[\r\n]* -> channel(COMMENTS) ;
WS      : [ \t\r\n]+ -> channel(HIDDEN) ;

// ---- what begins with a digit: the longest match, then this order

TIME     : DAY_ ('T' | ' '+) CLOCK_ (':' D D ('.' D+)?)? ('Z' | [+\-] D D ':' D D)? ;  // blank and offset included
DATE     : DAY_ ;
CLOCK    : CLOCK_ ;
CALENDAR : (D+ ('mo' | 'y'))+ ;
DURATION : (D+ ('ms' | 's' | 'm' | 'h' | 'd' | 'w'))+ ;
PERCENT  : D+ ('.' D+)? '%' ;
NUMBER   : D [0-9_]* '.' D [0-9_]* ;
INT      : D [0-9_]* ;
BAD_NUMBER : D [0-9_]* ('.' D+)? [a-zA-Z_] [a-zA-Z0-9_]* ;  // 20min, 3days, 1.5h, 1e5

fragment D      : [0-9] ;
fragment DAY_   : D D D D '-' D D '-' D D ;
fragment CLOCK_ : D? D ':' D D ;

// ---- strings: Liquid inside is part of the token; its own grammar reads it later

TRIPLE : '"""' .*? '"""' ;
STRING : '"' (LIQUID | ESCAPE | ~["\\\r\n])* '"' ;

fragment LIQUID        : '{{' (LIQUID_STRING | ~["\r\n}])* '}}' | '{%' (LIQUID_STRING | ~["\r\n%])* '%}' ;
fragment LIQUID_STRING : '"' ~["\r\n]* '"' ;
fragment ESCAPE        : '\\' ~[\r\n] ;

LABEL : '@' [a-z_] [a-z0-9_]* ;

// ---- punctuation

LB : '{' ;  RB : '}' ;  LP : '(' ;  RP : ')' ;  LS : '[' ;  RS : ']' ;
COMMA : ',' ;  COLON : ':' ;  QM : '?' ;  QQ : '??' ;  BAR : '|' ;
ARROW : '->' ;  RANGE : '..' ;  DOT : '.' ;
EQ : '==' ;  NE : '!=' ;  LE : '<=' ;  GE : '>=' ;  LT : '<' ;  GT : '>' ;  ASSIGN : '=' ;
PLUS : '+' ;  MINUS : '-' ;  STAR : '*' ;  SLASH : '/' ;

// ---- reserved words: never names, but keys and members

AND : 'and' ;  OR : 'or' ;  NOT : 'not' ;  IN : 'in' ;  IS : 'is' ;  MISSING : 'missing' ;
CONTAINS : 'contains' ;  STARTS : 'starts' ;  ENDS : 'ends' ;  MATCHES : 'matches' ;
WHERE : 'where' ;  UNTIL : 'until' ;  WHILE : 'while' ;  VALUE : 'value' ;  BETWEEN : 'between' ;
ENTER : 'enter' ;  EXIT : 'exit' ;  YEARLY : 'yearly' ;  NO : 'no' ;  TRUE : 'true' ;  FALSE : 'false' ;
CONTACT : 'contact' ;  EVENT : 'event' ;  SCORE : 'score' ;  RUN : 'run' ;  MESSAGE : 'message' ;

OPENED : 'opened' ;  CLICKED : 'clicked' ;  DELIVERED : 'delivered' ;  BOUNCED : 'bounced' ;
FAILED : 'failed' ;  REPLIED : 'replied' ;  COMPLAINED : 'complained' ;  SUPPRESSED : 'suppressed' ;
SENT : 'sent' ;

SEND : 'send' ;  WAIT : 'wait' ;  IF : 'if' ;  ELSE : 'else' ;  MATCH : 'match' ;  SPLIT : 'split' ;
REPEAT : 'repeat' ;  START : 'start' ;  SET : 'set' ;  ADD : 'add' ;  TAG : 'tag' ;  UNTAG : 'untag' ;
SUBSCRIBE : 'subscribe' ;  UNSUBSCRIBE : 'unsubscribe' ;  AUDIENCE : 'audience' ;  CALL : 'call' ;
EMIT : 'emit' ;  NOTE : 'note' ;  DO : 'do' ;

USE : 'use' ;  SEGMENT : 'segment' ;  CONST : 'const' ;  CATALOG : 'catalog' ;  CHANNEL : 'channel' ;
POLICY : 'policy' ;  JOURNEY : 'journey' ;  STEPS : 'steps' ;  SETTINGS : 'settings' ;
MIGRATE : 'migrate' ;  TEST : 'test' ;

MONDAY : 'monday' ;  TUESDAY : 'tuesday' ;  WEDNESDAY : 'wednesday' ;  THURSDAY : 'thursday' ;
FRIDAY : 'friday' ;  SATURDAY : 'saturday' ;  SUNDAY : 'sunday' ;

BECAUSE : 'because' ;  NOBODY : 'nobody' ;  IDENTIFY : 'identify' ;  ALIAS : 'alias' ;  ERASE : 'erase' ;

// ---- words that mean something only where the grammar expects them; elsewhere they may be names

ON : 'on' ;  EVERY : 'every' ;  FOR : 'for' ;  GOAL : 'goal' ;  GROUP : 'group' ;  PRIORITY : 'priority' ;
HOLDOUT : 'holdout' ;  ACTIVE : 'active' ;  LASTS : 'lasts' ;  BUDGET : 'budget' ;  ADMIT : 'admit' ;
ZONE : 'zone' ;  PRESENT : 'present' ;  WITH : 'with' ;  AT : 'at' ;  BEST : 'best' ;  HOUR : 'hour' ;
WITHIN : 'within' ;  EXPIRES : 'expires' ;  AFTER : 'after' ;  FIRST : 'first' ;  BY : 'by' ;  UP : 'up' ;
TO : 'to' ;  AS : 'as' ;  LAST : 'last' ;  BEFORE : 'before' ;  OVER : 'over' ;  ONCE : 'once' ;
PER : 'per' ;  AGAIN : 'again' ;  RESTART : 'restart' ;  EACH : 'each' ;  LEAVE : 'leave' ;
DATE_WORD : 'date' ;  DAY : 'day' ;  MONTH : 'month' ;  THEN : 'then' ;  SKIP_WORD : 'skip' ;
QUEUE : 'queue' ;  REST : 'rest' ;  WINNER : 'winner' ;  TIMES : 'times' ;  REMOVE : 'remove' ;
MOST : 'most' ;  CONSENT : 'consent' ;  OPT_IN : 'opt_in' ;  OPT_OUT : 'opt_out' ;  NONE : 'none' ;
CAP : 'cap' ;  CATEGORY : 'category' ;  OFFER : 'offer' ;  QUIET : 'quiet' ;  HIBERNATE : 'hibernate' ;
WHEN : 'when' ;  PAUSE : 'pause' ;  COMPLAINTS : 'complaints' ;  BOUNCES : 'bounces' ;  OF : 'of' ;
THROTTLE : 'throttle' ;  DROP : 'drop' ;  SENDS : 'sends' ;  SUBJECT : 'subject' ;  BODY : 'body' ;
FROM : 'from' ;  REPLY_TO : 'reply_to' ;  PREHEADER : 'preheader' ;  TOPIC : 'topic' ;  DATA : 'data' ;
FILE_WORD : 'file' ;  HTML : 'html' ;  TEXT : 'text' ;  MARKETING : 'marketing' ;
TRANSACTIONAL : 'transactional' ;  ADDRESS : 'address' ;  COST : 'cost' ;  DECAY : 'decay' ;
LATE : 'late' ;  MACHINE_OPENS : 'machine_opens' ;  CATCH_UP : 'catch_up' ;  LINT : 'lint' ;  OFF : 'off' ;
WARN : 'warn' ;  ERROR_WORD : 'error' ;  LANGUAGE : 'language' ;  ASSUME : 'assume' ;
PROVIDER : 'provider' ;  FAILS : 'fails' ;  EXPECT : 'expect' ;  NOTHING : 'nothing' ;  ENDED : 'ended' ;
WAITING : 'waiting' ;  CONVERTED : 'converted' ;  PAUSED : 'paused' ;

ID : [a-z_] [a-z0-9_]* ;

// ---- frequent mistakes, one token each; the parser never sees them

BAD_NAME      : [a-zA-Z_] [a-zA-Z0-9_]* ;                // CartRecovery
BAD_STRING    : '"' (ESCAPE | ~["\\\r\n])* ;             // no closing quote on the line
QUOTED        : '\'' (ESCAPE | ~['\\\r\n])* '\'' ;       // 'text'
SLASH_COMMENT : '//' ~[\r\n]* ;
AND_SIGN      : '&&' ;
OR_SIGN       : '||' ;
NOT_SIGN      : '!' ;
NE_SIGN       : '<>' ;
EQ_SIGN       : '===' ;
BAD_CHARACTER : . ;
