#include "compiler/syntax/modules.h"

#include <algorithm>
#include <set>
#include <string>

namespace wend {

const StdlibModule* find_stdlib_module(std::string_view name) {
  const auto modules = stdlib_modules();
  const auto found = std::find_if(modules.begin(), modules.end(),
                                  [&](const StdlibModule& module) { return module.name == name; });
  return found == modules.end() ? nullptr : &*found;
}

void read_stdlib_modules(std::vector<ast::File>& files, SourceMap& sources, SourceParser& parser,
                         uint32_t& next_node_id, Sink& sink) {
  std::set<std::string_view> read;
  for (size_t i = 0; i < files.size(); ++i) {
    const std::vector<ast::Word> uses = files[i].uses;
    for (const ast::Word& use : uses) {
      const StdlibModule* module = find_stdlib_module(use.text);
      if (module == nullptr || !read.insert(module->name).second) continue;
      const SourceFile& text =
          sources.add("stdlib/" + std::string(module->name) + ".wend", std::string(module->source));
      files.push_back(parser.parse(text, ParseOptions{}, next_node_id, sink));
      files.back().library = true;
    }
  }
}

}  // namespace wend
