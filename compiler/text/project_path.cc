#include "compiler/text/project_path.h"

#include <algorithm>
#include <vector>

namespace wend {

std::string folder_of(std::string_view path) {
  size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? "" : std::string(path.substr(0, slash + 1));
}

std::optional<std::string> project_path(std::string_view folder, std::string_view name) {
  if (name.empty() || name[0] == '/' || name.find('\\') != std::string_view::npos) return std::nullopt;
  std::vector<std::string> parts;
  std::string whole = std::string(folder) + std::string(name);
  for (size_t begin = 0; begin <= whole.size();) {
    size_t end = std::min(whole.find('/', begin), whole.size());
    std::string part = whole.substr(begin, end - begin);
    if (part == "..") {
      if (parts.empty()) return std::nullopt;
      parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.push_back(std::move(part));
    }
    begin = end + 1;
  }
  std::string path;
  for (const std::string& part : parts) path += (path.empty() ? "" : "/") + part;
  return path.empty() ? std::nullopt : std::optional(path);
}

}  // namespace wend
