# Generates and compiles an ANTLR4 lexer and parser pair.
#
#   wend_antlr_grammar(TARGET LEXER.g4 PARSER.g4)
#
# defines the static library TARGET. Generated code is a SYSTEM target: its warnings are not ours to fix.
# The runtime's umbrella header does not compile with clang 14 because of one include that nothing here needs,
# so a copy without that line comes first in the include path.
find_program(WEND_ANTLR4 antlr4 REQUIRED)
find_path(WEND_ANTLR4_INCLUDE antlr4-runtime.h PATH_SUFFIXES antlr4-runtime REQUIRED)
# The archive where there is one: symbols of shared libraries are looked up at every start of the program.
find_library(WEND_ANTLR4_LIBRARY NAMES libantlr4-runtime.a antlr4-runtime REQUIRED)

set(WEND_ANTLR4_UMBRELLA_DIR ${CMAKE_BINARY_DIR}/generated/antlr4-umbrella)
file(READ ${WEND_ANTLR4_INCLUDE}/antlr4-runtime.h umbrella_text)
string(REPLACE "#include \"misc/InterpreterDataReader.h\"" "" umbrella_text "${umbrella_text}")
file(CONFIGURE OUTPUT ${WEND_ANTLR4_UMBRELLA_DIR}/antlr4-runtime.h CONTENT "${umbrella_text}" @ONLY)

set(WEND_ADAPT_GENERATED ${CMAKE_CURRENT_LIST_DIR}/AdaptGenerated.cmake)

function(wend_antlr_grammar target lexer parser)
  get_filename_component(lexer_name ${lexer} NAME_WE)
  get_filename_component(parser_name ${parser} NAME_WE)
  set(out ${CMAKE_BINARY_DIR}/generated/${target})
  set(lexer_files ${out}/${lexer_name}.cpp ${out}/${lexer_name}.h ${out}/${lexer_name}.tokens)
  set(parser_files ${out}/${parser_name}.cpp ${out}/${parser_name}.h)
  file(MAKE_DIRECTORY ${out})
  add_custom_command(OUTPUT ${lexer_files}
    COMMAND ${WEND_ANTLR4} -Dlanguage=Cpp -package ${target} -Xexact-output-dir -o ${out} ${lexer}
    COMMAND ${CMAKE_COMMAND} -DFILE=${out}/${lexer_name}.cpp -P ${WEND_ADAPT_GENERATED}
    DEPENDS ${lexer} ${WEND_ADAPT_GENERATED} COMMENT "Generating ${lexer_name}" VERBATIM)
  add_custom_command(OUTPUT ${parser_files}
    COMMAND ${WEND_ANTLR4} -Dlanguage=Cpp -package ${target} -no-listener -no-visitor
            -DsuperClass=wend::syntax::LeanParser -Xexact-output-dir
            -lib ${out} -o ${out} ${parser}
    COMMAND ${CMAKE_COMMAND} -DFILE=${out}/${parser_name}.cpp -P ${WEND_ADAPT_GENERATED}
    DEPENDS ${parser} ${WEND_ADAPT_GENERATED} ${out}/${lexer_name}.tokens COMMENT "Generating ${parser_name}" VERBATIM)
  add_library(${target} STATIC ${out}/${lexer_name}.cpp ${out}/${parser_name}.cpp)
  target_include_directories(${target} SYSTEM PUBLIC ${out})
  target_compile_options(${target} PRIVATE -w)
  target_link_libraries(${target} PUBLIC wend_parser_runtime)
endfunction()
