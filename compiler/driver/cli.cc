#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <map>
#include <string>
#include <vector>

#include "compiler/diagnostics/suggest.h"
#include "compiler/driver/command.h"
#include "vm/base/version.h"

namespace wend {
namespace {

struct CommandRow {
  const char* name;
  const char* summary;
  const char* example;
  void (*add)(CLI::App&, Invocation&);
};

constexpr CommandRow kCommands[] = {
#define WEND_COMMAND(function, name, summary, example) {name, summary, example, &add_##function},
#include "compiler/driver/commands.def"
#undef WEND_COMMAND
};

// A first word that is no command gets an answer of its own, with what was probably meant.
bool unknown_command(int argc, const char* const* argv, Console& console) {
  if (argc < 2 || argv[1][0] == '-') return false;
  std::vector<std::string> names;
  for (const CommandRow& row : kCommands) names.emplace_back(row.name);
  const std::string given = argv[1];
  if (std::find(names.begin(), names.end(), given) != names.end()) return false;
  const std::vector<std::string> near = near_names(given, names);
  console.fail(
      "`" + given + "` is no command of wend" +
      (near.empty() ? std::string("; `wend --help` lists them") : "; did you mean `wend " + near[0] + "`?"));
  return true;
}

int parse_and_run(int argc, const char* const* argv, Console& console) {
  if (unknown_command(argc, argv, console)) return kExitUsage;
  CLI::App app("Wend: customer journeys as code, checked, tested and run durably.", "wend");
  app.set_version_flag("--version", "wend " + std::string(kWendVersion));
  app.require_subcommand(1);
  app.get_formatter()->column_width(30);
  app.footer("`wend COMMAND --help` shows the options of a command and an example.");
  std::map<CLI::App*, Invocation> invocations;
  for (const CommandRow& row : kCommands) {
    CLI::App* command = app.add_subcommand(row.name, row.summary);
    command->footer(std::string("Example:\n  ") + row.example);
    command->get_formatter()->column_width(30);
    row.add(*command, invocations[command]);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {  // --help, --version
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    std::string command = "wend";
    if (!app.get_subcommands().empty()) command += " " + app.get_subcommands().front()->get_name();
    console.fail(std::string(error.what()) + "\nhelp: `" + command + " --help` shows what it takes");
    return kExitUsage;
  }
  return invocations.at(app.get_subcommands().front()).action(console);
}

}  // namespace

int run_command_line(int argc, const char* const* argv, Console& console) {
  try {
    const int code = parse_and_run(argc, argv, console);
    console.flush();
    return code;
  } catch (const std::exception& exception) {
    console.fail(std::string("bug in wend: ") + exception.what());
  } catch (...) {
    console.fail("bug in wend: an unknown exception");
  }
  std::string command;
  for (int i = 0; i < argc; ++i) command += std::string(i == 0 ? "" : " ") + argv[i];
  console.print_error(
      std::string("note: please report this with the project it happened on, the output of `wend "
                  "--version`\n      and the command: ") +
      command + "\n");
  console.flush();
  return kExitBug;
}

}  // namespace wend
