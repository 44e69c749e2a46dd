#ifndef WEND_FILES_H_
#define WEND_FILES_H_

// Where a project's files come from. The compiler reads nothing else: a folder on disk (disk_files), an
// editor's unsaved buffers, a test's memory all look the same to it.
//
// Paths are relative to the project, with forward slashes and without `.` or `..` parts.
// Threads: the implementations here may be used from any thread as long as nothing is added.

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace wend {

enum class FileFault : uint8_t {
  kReadable = 0,
  kNotFound = 1,
  kUnreadable = 2,  // refused by the operating system
  kTooLarge = 3,    // over the resolver's size limit
  kOutside = 4,     // leads out of the project, for example through a symbolic link
};

struct FileText {
  FileFault fault = FileFault::kReadable;
  std::string text;    // where there is no fault
  std::string reason;  // of the fault, for a person: "Permission denied"
};

struct FileList {
  std::vector<std::string> paths;  // sorted by bytes
  bool too_many = false;           // the list was cut at the resolver's limit of files
  std::string unreadable;          // a folder that could not be read; empty where there is none
  std::string reason;              // why
};

class FileResolver {
 public:
  virtual ~FileResolver() = default;
  // All files below the project whose name ends in `extension` (".wend"), hidden files and folders left out.
  virtual FileList list(const std::string& extension) const = 0;
  virtual FileText read(const std::string& path) const = 0;
  // What messages call the project: the folder as the user named it.
  virtual std::string name() const = 0;
};

// Files in memory.
class MemoryFiles : public FileResolver {
 public:
  MemoryFiles() = default;
  explicit MemoryFiles(std::map<std::string, std::string> files) : files_(std::move(files)) {}
  void add(std::string path, std::string text) { files_[std::move(path)] = std::move(text); }

  FileList list(const std::string& extension) const override;
  FileText read(const std::string& path) const override;
  std::string name() const override { return "."; }

 private:
  std::map<std::string, std::string> files_;
};

struct DiskLimits {
  size_t max_file_bytes = 4 << 20;  // of one file
  size_t max_files = 10'000;        // .wend files of a project
  size_t max_entries = 200'000;     // looked at while listing
};

// A folder, or one file: then the project is that file, and templates are found in its folder. Links that
// lead out of the folder are never followed.
std::unique_ptr<FileResolver> disk_files(const std::string& path, const DiskLimits& limits = {});

}  // namespace wend

#endif  // WEND_FILES_H_
