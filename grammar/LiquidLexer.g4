// How a template is cut: text as it stands, `{{ .. }}` output, `{% .. %}` tags. docs/reference says what they mean.
//
// As in WendLexer.g4 the lexer sees bytes, every byte of a non-ASCII character as the one character U+007F.
// A `-` beside a bracket takes the white space on that side of it; compiler/syntax/parse_liquid.cc does that from
// the token's text, so the tokens only carry it.
lexer grammar LiquidLexer;

RAW_BLOCK     : '{%' '-'? S* 'raw' S* '-'? '%}' .*? '{%' '-'? S* 'endraw' S* '-'? '%}' ;
COMMENT_BLOCK : '{%' '-'? S* 'comment' S* '-'? '%}' .*? '{%' '-'? S* 'endcomment' S* '-'? '%}' ;
OUTPUT_OPEN   : '{{' '-'? -> pushMode(OUTPUT) ;
TAG_OPEN      : '{%' '-'? -> pushMode(TAG) ;
TEXT          : (~'{' | '{' ~[{%])+ | '{' ;

fragment S : [ \t\r\n] ;

// Inside `{{ .. }}` no word is reserved but the literals.
mode OUTPUT;
OUTPUT_CLOSE : '-'? '}}' -> popMode ;
O_WS         : S+ -> skip ;
BAR          : '|' ;
COLON        : ':' ;
COMMA        : ',' ;
DOT          : '.' ;
LS           : '[' ;
RS           : ']' ;
STRING       : '"' ~["]* '"' | '\'' ~[']* '\'' ;
INT          : '-'? [0-9]+ ;
NUMBER       : '-'? [0-9]+ '.' [0-9]+ ;
TRUE         : 'true' ;
FALSE        : 'false' ;
NIL          : 'nil' | 'null' ;
EMPTY        : 'empty' ;
BLANK        : 'blank' ;
ID           : [a-zA-Z_] [a-zA-Z0-9_]* ;
OTHER        : . ;

mode TAG;
TAG_CLOSE : '-'? '%}' -> popMode ;
T_WS      : S+ -> skip ;
IF        : 'if' ;
ELSIF     : 'elsif' ;
ELSE      : 'else' ;
ENDIF     : 'endif' ;
UNLESS    : 'unless' ;
ENDUNLESS : 'endunless' ;
AND       : 'and' ;
OR        : 'or' ;
CONTAINS  : 'contains' ;
EQ        : '==' ;
NE        : '!=' | '<>' ;
LE        : '<=' ;
GE        : '>=' ;
LT        : '<' ;
GT        : '>' ;
T_DOT     : '.' -> type(DOT) ;
T_LS      : '[' -> type(LS) ;
T_RS      : ']' -> type(RS) ;
T_STRING  : ('"' ~["]* '"' | '\'' ~[']* '\'') -> type(STRING) ;
T_INT     : '-'? [0-9]+ -> type(INT) ;
T_NUMBER  : '-'? [0-9]+ '.' [0-9]+ -> type(NUMBER) ;
T_TRUE    : 'true' -> type(TRUE) ;
T_FALSE   : 'false' -> type(FALSE) ;
T_NIL     : ('nil' | 'null') -> type(NIL) ;
T_EMPTY   : 'empty' -> type(EMPTY) ;
T_BLANK   : 'blank' -> type(BLANK) ;
T_ID      : [a-zA-Z_] [a-zA-Z0-9_]* -> type(ID) ;
T_OTHER   : . -> type(OTHER) ;
