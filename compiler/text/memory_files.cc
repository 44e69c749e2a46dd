#include "wend/files.h"

namespace wend {

FileList MemoryFiles::list(const std::string& extension) const {
  FileList list;
  for (const auto& [path, text] : files_) {
    bool ends = path.size() >= extension.size() &&
                path.compare(path.size() - extension.size(), extension.size(), extension) == 0;
    if (ends) list.paths.push_back(path);
  }
  return list;  // a map is sorted by bytes already
}

FileText MemoryFiles::read(const std::string& path) const {
  auto found = files_.find(path);
  if (found == files_.end()) return {FileFault::kNotFound, "", "no such file"};
  return {FileFault::kReadable, found->second, ""};
}

}  // namespace wend
