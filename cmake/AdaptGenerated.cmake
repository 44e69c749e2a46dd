# Run as a script on the source of a lexer or parser that ANTLR generated:
#
#   cmake -DFILE=..cpp -P AdaptGenerated.cmake
#
# - The automaton is deserialised when the first lexer or parser is made, not when the program starts: most
#   commands parse nothing.
# - A parser predicts by grammar/runtime/lean_parser.h, which is its base class, too.
# - Casts to the context that a rule made itself are static: each was a search through the class's bases.
get_filename_component(class ${FILE} NAME_WE)
file(READ ${FILE} text)
string(REPLACE "${class}::Initializer ${class}::_init;" "" adapted "${text}")
if(adapted STREQUAL text)
  message(FATAL_ERROR "${FILE} has no static initializer of the known form")
endif()
string(REGEX REPLACE "(\n${class}::${class}\\([A-Za-z]+ \\*input\\) : [A-Za-z0-9_:]+\\(input\\) {\n)"
       "\\1  static const Initializer initialized;\n" adapted "${adapted}")
if(NOT adapted MATCHES "static const Initializer initialized")
  message(FATAL_ERROR "${FILE} has no constructor of the known form")
endif()
string(REPLACE "new atn::ParserATNSimulator(" "new wend::syntax::Predictor(" adapted "${adapted}")
string(REPLACE "dynamic_cast<" "static_cast<" adapted "${adapted}")
file(WRITE ${FILE} "${adapted}")

string(REGEX REPLACE "cpp$" "h" header ${FILE})
file(READ ${header} text)
string(REPLACE "#include \"antlr4-runtime.h\"" "#include \"grammar/runtime/lean_parser.h\"" text "${text}")
file(WRITE ${header} "${text}")
