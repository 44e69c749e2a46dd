#ifndef WEND_COMPILER_DRIVER_RUN_ENGINE_H_
#define WEND_COMPILER_DRIVER_RUN_ENGINE_H_

// The two ways of `wend run`: replaying a log, and live behind HTTP.

#include <memory>
#include <string>

#include "compiler/driver/console.h"
#include "vm/delivery/file_connector.h"
#include "vm/engine/engine.h"
#include "vm/server/config.h"

namespace wend {

struct RunOptions {
  std::string project;
  std::string data = "wend-data";
  std::string config;  // empty: wend.json in the project, where there is one
  std::string listen;  // overrides the configuration
  std::string replay;  // log to replay; empty: live
  std::string until;
  std::string out;         // file of deliveries
  std::string durability;  // overrides the configuration; empty: not given
  std::string format = "text";
};

// What changed since the last start, for a person; nothing where nothing changed.
void print_open_report(const OpenReport& report, Console& console);

// Reads `config_path`, or wend.json in the project where that is empty and there is one.
Result<ServerConfig> load_config(const std::string& config_path, const std::string& project);

// Opens the file of deliveries. The store knows a file in the data folder by its place there, so that both
// may move together.
Result<std::unique_ptr<FileConnector>> open_deliveries(const std::string& path, const std::string& data,
                                                       Engine& engine, Durability durability);

// Both return an exit code.
int run_replay(const RunOptions& options, Console& console);
int run_live(const RunOptions& options, Console& console);

}  // namespace wend

#endif  // WEND_COMPILER_DRIVER_RUN_ENGINE_H_
