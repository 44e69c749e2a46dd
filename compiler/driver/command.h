#ifndef WEND_COMPILER_DRIVER_COMMAND_H_
#define WEND_COMPILER_DRIVER_COMMAND_H_

// What a subcommand is: it adds its options to a CLI11 app and leaves an action to be run once they are
// parsed.

#include <functional>

#include "compiler/driver/console.h"

namespace CLI {
class App;
}

namespace wend {

// Exit codes of every command.
constexpr int kExitClean = 0;     // nothing to say
constexpr int kExitFindings = 1;  // diagnostics at error level, or expectations that failed
constexpr int kExitUsage = 2;     // wrong flags, files that cannot be read or written
constexpr int kExitBug = 3;       // a bug in wend

struct Invocation {
  std::function<int(Console&)> action;
};

#define WEND_COMMAND(function, name, summary, example) \
  void add_##function(CLI::App& app, Invocation& invocation);
#include "compiler/driver/commands.def"
#undef WEND_COMMAND

// Parses and runs a command line; returns the exit code. Lets no exception out: one that reaches it is a bug
// and is reported as such.
int run_command_line(int argc, const char* const* argv, Console& console);

}  // namespace wend

#endif  // WEND_COMPILER_DRIVER_COMMAND_H_
