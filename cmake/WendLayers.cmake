# The layers as targets. A layer sees only the headers of the layers it links, because every layer's own
# include path holds nothing but links to the folders it may use; `tests/tidy` reads the includes once more.
#
#   wend_base <- wend_vm <- wend_compiler        wend_vm <- wend_engine        wend (the binary) -> all
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(simdjson REQUIRED)
find_package(re2 QUIET)
find_package(CLI11 REQUIRED)
find_package(CURL REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(date REQUIRED)
find_package(RocksDB REQUIRED)

set(WEND_WARNINGS -Wall -Wextra -Wconversion -Wshadow -Werror)

function(wend_layer target)
  cmake_parse_arguments(ARG "" "" "FOLDERS;LINK;PRIVATE_LINK" ${ARGN})
  set(sources)
  foreach(folder ${ARG_FOLDERS})
    file(GLOB found CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.cc ${CMAKE_SOURCE_DIR}/${folder}/*.h)
    list(APPEND sources ${found})
  endforeach()
  list(FILTER sources EXCLUDE REGEX "compiler/driver/main\\.cc$")
  set(compiled ${sources})
  list(FILTER compiled INCLUDE REGEX "\\.cc$")
  if(compiled)
    add_library(${target} STATIC ${sources})
    target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/vm/include
                               ${CMAKE_SOURCE_DIR}/compiler/include ${CMAKE_BINARY_DIR}/generated)
    target_compile_options(${target} PRIVATE ${WEND_WARNINGS})
    target_link_libraries(${target} PUBLIC ${ARG_LINK} PRIVATE ${ARG_PRIVATE_LINK})
  else()
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE ${CMAKE_SOURCE_DIR})
    target_link_libraries(${target} INTERFACE ${ARG_LINK})
  endif()
endfunction()

# Linked into the program where there is an archive: 16,000 of its symbols would be looked up at every start.
set(WEND_ROCKSDB_LIBRARY RocksDB::rocksdb-shared)
if(TARGET RocksDB::rocksdb)
  set(WEND_ROCKSDB_LIBRARY RocksDB::rocksdb)
endif()
set(WEND_DATE_LIBRARY date::date-tz)

wend_layer(wend_base FOLDERS vm/base LINK Threads::Threads)
# The interpreter's dispatch must stay at the end of each opcode: GCC would merge the ends again.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set_source_files_properties(${CMAKE_SOURCE_DIR}/vm/core/interpreter.cc PROPERTIES COMPILE_OPTIONS
                              "-fno-gcse;-fno-crossjumping")
endif()
wend_layer(wend_vm FOLDERS vm/core LINK wend_base PRIVATE_LINK fmt::fmt ${WEND_DATE_LIBRARY} re2)
wend_layer(wend_store FOLDERS vm/store LINK wend_vm PRIVATE_LINK ${WEND_ROCKSDB_LIBRARY} fmt::fmt)
wend_layer(wend_engine FOLDERS vm/engine vm/trace vm/simulate LINK wend_vm wend_store PRIVATE_LINK fmt::fmt
           nlohmann_json::nlohmann_json simdjson::simdjson)
wend_layer(wend_server FOLDERS vm/delivery vm/server LINK wend_engine PRIVATE_LINK fmt::fmt
           nlohmann_json::nlohmann_json CURL::libcurl OpenSSL::Crypto Boost::headers)

add_library(wend_parser_runtime STATIC ${CMAKE_SOURCE_DIR}/grammar/runtime/lean_parser.cc)
target_include_directories(wend_parser_runtime PUBLIC ${CMAKE_SOURCE_DIR})
target_include_directories(wend_parser_runtime SYSTEM PUBLIC ${WEND_ANTLR4_UMBRELLA_DIR} ${WEND_ANTLR4_INCLUDE})
target_compile_options(wend_parser_runtime PUBLIC -fno-char8_t PRIVATE ${WEND_WARNINGS})
target_link_libraries(wend_parser_runtime PUBLIC ${WEND_ANTLR4_LIBRARY})

if(EXISTS ${CMAKE_SOURCE_DIR}/grammar/WendParser.g4)
  wend_antlr_grammar(wend_grammar ${CMAKE_SOURCE_DIR}/grammar/WendLexer.g4 ${CMAKE_SOURCE_DIR}/grammar/WendParser.g4)
  set(WEND_GRAMMAR wend_grammar)
endif()
wend_antlr_grammar(wend_liquid_grammar ${CMAKE_SOURCE_DIR}/grammar/LiquidLexer.g4
                   ${CMAKE_SOURCE_DIR}/grammar/LiquidParser.g4)
add_executable(wend_lexer_tables grammar/tables/lexer_tables.cc)
target_compile_options(wend_lexer_tables PRIVATE ${WEND_WARNINGS})
target_link_libraries(wend_lexer_tables PRIVATE wend_grammar wend_liquid_grammar)
set(WEND_LEXER_TABLES ${CMAKE_BINARY_DIR}/generated/lexer_tables.cc)
add_custom_command(OUTPUT ${WEND_LEXER_TABLES} COMMAND wend_lexer_tables ${WEND_LEXER_TABLES}
                   DEPENDS wend_lexer_tables COMMENT "Writing the lexers' tables" VERBATIM)
wend_layer(wend_compiler
           FOLDERS compiler/text compiler/syntax compiler/diagnostics compiler/analysis compiler/lint
                   compiler/template compiler/emit compiler/format
           LINK wend_vm PRIVATE_LINK ${WEND_GRAMMAR} wend_liquid_grammar fmt::fmt
           nlohmann_json::nlohmann_json re2)
target_sources(wend_compiler PRIVATE ${WEND_LEXER_TABLES})
wend_layer(wend_driver FOLDERS compiler/driver LINK wend_compiler wend_engine wend_server
           PRIVATE_LINK fmt::fmt nlohmann_json::nlohmann_json CLI11::CLI11)

if(EXISTS ${CMAKE_SOURCE_DIR}/compiler/driver/main.cc)
  add_executable(wend compiler/driver/main.cc)
  target_compile_options(wend PRIVATE ${WEND_WARNINGS})
  target_link_libraries(wend PRIVATE wend_driver fmt::fmt CLI11::CLI11)
  set_target_properties(wend PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
endif()

# Files that cannot share a translation unit with their neighbours in the dev preset, because they name things
# of two namespaces alike.
file(GLOB WEND_NOT_UNITED ${CMAKE_SOURCE_DIR}/compiler/format/*.cc)
set_source_files_properties(${WEND_NOT_UNITED} ${CMAKE_SOURCE_DIR}/vm/delivery/delivery_worker.cc
                            ${CMAKE_SOURCE_DIR}/compiler/lint/levels.cc
                            ${CMAKE_SOURCE_DIR}/vm/server/http_server.cc
                            PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
