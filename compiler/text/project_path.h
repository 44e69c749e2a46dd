#ifndef WEND_COMPILER_TEXT_PROJECT_PATH_H_
#define WEND_COMPILER_TEXT_PROJECT_PATH_H_

// Names of files as sources write them: relative to the folder of the source. Pure; any thread.

#include <optional>
#include <string>
#include <string_view>

namespace wend {

// "journeys/" of "journeys/cart.wend"; empty at the top of the project.
std::string folder_of(std::string_view path);

// `name` as seen from `folder`, without `.` and `..`; nullopt where it leads out of the project.
std::optional<std::string> project_path(std::string_view folder, std::string_view name);

}  // namespace wend

#endif  // WEND_COMPILER_TEXT_PROJECT_PATH_H_
