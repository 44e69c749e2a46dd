#ifndef WEND_COMPILER_SYNTAX_MODULES_H_
#define WEND_COMPILER_SYNTAX_MODULES_H_

// The standard library: modules that are part of the program `wend`, made of stdlib/*.wend when it is built.
// Threads: any.

#include <span>
#include <string_view>
#include <vector>

#include "compiler/syntax/parse.h"

namespace wend {

struct StdlibModule {
  std::string_view name;
  std::string_view source;
};
// By name.
std::span<const StdlibModule> stdlib_modules();
// nullptr where there is none of this name.
const StdlibModule* find_stdlib_module(std::string_view name);

// Reads the modules that `files` use, and those that these use, each once, and puts them behind the files of
// the project as "stdlib/NAME.wend". Names of no module are left to the check of the program.
void read_stdlib_modules(std::vector<ast::File>& files, SourceMap& sources, SourceParser& parser,
                         uint32_t& next_node_id, Sink& sink);

}  // namespace wend

#endif  // WEND_COMPILER_SYNTAX_MODULES_H_
