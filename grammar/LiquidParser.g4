// How a template is built. `otherTag` takes every tag that is not read yet or that Liquid does not have, with
// whatever stands in it, so that it gets a message of its own and the text around it is still checked.
parser grammar LiquidParser;

options { tokenVocab = LiquidLexer; }

document : block EOF ;

block : item* ;

item : TEXT                                        # textItem
     | RAW_BLOCK                                   # rawItem
     | COMMENT_BLOCK                               # commentItem
     | OUTPUT_OPEN pipeline OUTPUT_CLOSE           # outputItem
     | TAG_OPEN IF condition TAG_CLOSE block elsif* elseBlock?
       TAG_OPEN ENDIF TAG_CLOSE                    # ifItem
     | TAG_OPEN UNLESS condition TAG_CLOSE block elsif* elseBlock?
       TAG_OPEN ENDUNLESS TAG_CLOSE                # unlessItem
     | TAG_OPEN name=ID rest* TAG_CLOSE            # otherTagItem
     ;

elsif     : TAG_OPEN ELSIF condition TAG_CLOSE block ;
elseBlock : TAG_OPEN ELSE TAG_CLOSE block ;
rest      : ~TAG_CLOSE ;

pipeline : value filter* ;
filter   : BAR name=ID (COLON args+=value (COMMA args+=value)*)? ;

// `and` and `or` have the same rank and group from the right, as in Liquid; the builder groups them.
condition  : comparison (logic comparison)* ;
logic      : AND | OR ;
comparison : left=value (op=(EQ | NE | LE | GE | LT | GT | CONTAINS) right=value)? ;

value : STRING          # stringValue
      | INT             # intValue
      | NUMBER          # numberValue
      | (TRUE | FALSE)  # boolValue
      | NIL             # nilValue
      | EMPTY           # emptyValue
      | BLANK           # blankValue
      | path            # pathValue
      ;

path  : ID part* ;
part  : DOT key                      # memberPart
      | LS (INT | STRING) RS         # indexPart
      ;
// After a dot every word is a key.
key : ID | IF | ELSIF | ELSE | ENDIF | UNLESS | ENDUNLESS | AND | OR | CONTAINS | TRUE | FALSE | NIL | EMPTY | BLANK ;
