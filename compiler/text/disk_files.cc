#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "wend/files.h"

namespace wend {
namespace {

namespace fs = std::filesystem;

bool has_suffix(const std::string& text, const std::string& suffix) {
  return text.size() >= suffix.size() &&
         text.compare(text.size() - suffix.size(), suffix.size(), suffix) == 0;
}

bool is_hidden(const fs::path& path) {
  std::string name = path.filename().string();
  return !name.empty() && name[0] == '.';
}

class DiskFiles : public FileResolver {
 public:
  DiskFiles(std::string name, fs::path root, std::string only, DiskLimits limits)
      : name_(std::move(name)), root_(std::move(root)), only_(std::move(only)), limits_(limits) {
    std::error_code error;
    canonical_root_ = fs::canonical(root_, error);
    if (error) canonical_root_ = root_;
  }

  FileList list(const std::string& extension) const override {
    FileList list;
    std::error_code error;
    if (!only_.empty() && extension == ".wend") {
      if (fs::exists(root_ / only_, error)) list.paths.push_back(only_);
      return list;
    }
    walk(extension, list);
    std::sort(list.paths.begin(), list.paths.end());
    return list;
  }

  FileText read(const std::string& path) const override {
    fs::path file = root_ / path;
    std::error_code error;
    fs::path target = fs::canonical(file, error);
    if (error == std::errc::no_such_file_or_directory) return {FileFault::kNotFound, "", "no such file"};
    if (error) return {FileFault::kUnreadable, "", error.message()};
    if (!is_inside(target)) return {FileFault::kOutside, "", "leads out of the project"};
    if (!fs::is_regular_file(target, error)) return {FileFault::kUnreadable, "", "not a regular file"};
    return read_regular(target);
  }

  std::string name() const override { return name_; }

 private:
  bool is_inside(const fs::path& target) const {
    auto [root, rest] =
        std::mismatch(canonical_root_.begin(), canonical_root_.end(), target.begin(), target.end());
    return root == canonical_root_.end();
  }

  FileText read_regular(const fs::path& file) const {
    errno = 0;
    std::ifstream in(file, std::ios::binary);
    if (!in) return {FileFault::kUnreadable, "", std::strerror(errno)};
    std::string text;
    char buffer[16 * 1024];
    while (in.read(buffer, sizeof buffer) || in.gcount() > 0) {
      text.append(buffer, static_cast<size_t>(in.gcount()));
      if (text.size() > limits_.max_file_bytes) {
        return {FileFault::kTooLarge, "", "larger than " + std::to_string(limits_.max_file_bytes) + " bytes"};
      }
    }
    if (in.bad()) return {FileFault::kUnreadable, "", std::strerror(errno)};
    return {FileFault::kReadable, std::move(text), ""};
  }

  // Links to folders are not followed: what they lead to is found where it is, or lies outside.
  void walk(const std::string& extension, FileList& list) const {
    std::vector<fs::path> folders = {root_};
    size_t entries = 0;
    while (!folders.empty()) {
      fs::path folder = std::move(folders.back());
      folders.pop_back();
      std::error_code error;
      fs::directory_iterator at(folder, error);
      for (; !error && at != fs::directory_iterator(); at.increment(error)) {
        if (is_hidden(at->path())) continue;
        std::error_code ignored;
        if (at->is_directory(ignored) && !at->is_symlink(ignored)) {
          folders.push_back(at->path());
        } else if (has_suffix(at->path().filename().string(), extension)) {
          list.paths.push_back(at->path().lexically_relative(root_).generic_string());
        }
        if (++entries > limits_.max_entries || list.paths.size() > limits_.max_files) {
          list.too_many = true;
          if (list.paths.size() > limits_.max_files) list.paths.resize(limits_.max_files);
          return;
        }
      }
      if (error && list.unreadable.empty()) {
        list.unreadable = folder == root_ ? name_ : folder.lexically_relative(root_).generic_string();
        list.reason = error.message();
      }
    }
  }

  std::string name_;
  fs::path root_;
  std::string only_;  // the one file of the project; empty: every file of the folder
  DiskLimits limits_;
  fs::path canonical_root_;
};

}  // namespace

std::unique_ptr<FileResolver> disk_files(const std::string& path, const DiskLimits& limits) {
  std::error_code error;
  fs::path given(path);
  if (fs::is_directory(given, error) || !has_suffix(path, ".wend")) {
    return std::make_unique<DiskFiles>(path, given, "", limits);
  }
  fs::path folder = given.has_parent_path() ? given.parent_path() : fs::path(".");
  return std::make_unique<DiskFiles>(path, folder, given.filename().string(), limits);
}

}  // namespace wend
