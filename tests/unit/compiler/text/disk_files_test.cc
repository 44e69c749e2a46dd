#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "wend/files.h"

namespace wend {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

class DiskFilesTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    root_ = fs::path(WEND_BINARY_DIR) / "disk_files_test" / name;
    fs::remove_all(root_);
    fs::create_directories(root_ / "project");
  }
  void TearDown() override { fs::remove_all(root_); }
  void write(const std::string& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path, std::ios::binary) << text;
  }
  std::unique_ptr<FileResolver> files(const std::string& path = "project", const DiskLimits& limits = {}) {
    return disk_files((root_ / path).string(), limits);
  }

  fs::path root_;
};

TEST_F(DiskFilesTest, ListsSourcesSortedAndLeavesOutHiddenOnes) {
  write("project/b.wend", "b");
  write("project/sub/deep/a.wend", "a");
  write("project/a.wend", "a");
  write("project/page.html", "");
  write("project/.git/c.wend", "");
  write("project/.hidden.wend", "");
  EXPECT_THAT(files()->list(".wend").paths, ElementsAre("a.wend", "b.wend", "sub/deep/a.wend"));
  EXPECT_THAT(files()->list(".html").paths, ElementsAre("page.html"));
}

TEST_F(DiskFilesTest, ReadsBytesAsTheyAre) {
  write("project/a.wend", std::string("a\r\n\0b", 5));
  const FileText text = files()->read("a.wend");
  EXPECT_EQ(text.fault, FileFault::kReadable);
  EXPECT_EQ(text.text, std::string("a\r\n\0b", 5));
}

TEST_F(DiskFilesTest, AFileIsAProjectOfItsOwn) {
  write("project/a.wend", "a");
  write("project/b.wend", "b");
  write("project/a.html", "html");
  EXPECT_THAT(files("project/a.wend")->list(".wend").paths, ElementsAre("a.wend"));
  EXPECT_EQ(files("project/a.wend")->read("a.html").text, "html");
}

TEST_F(DiskFilesTest, WhatIsNotThere) {
  EXPECT_EQ(files()->read("a.wend").fault, FileFault::kNotFound);
  EXPECT_THAT(files("nowhere")->list(".wend").paths, testing::IsEmpty());
  EXPECT_THAT(files("nowhere")->list(".wend").unreadable, testing::HasSubstr("nowhere"));
  EXPECT_THAT(files("project/none.wend")->list(".wend").paths, testing::IsEmpty());
}

TEST_F(DiskFilesTest, LinksThatLeadOutAreRefused) {
  write("secret.wend", "secret");
  write("outside/x.wend", "x");
  write("project/a.wend", "a");
  fs::create_symlink(root_ / "secret.wend", root_ / "project/link.wend");
  fs::create_directory_symlink(root_ / "outside", root_ / "project/folder");
  fs::create_symlink("a.wend", root_ / "project/inside.wend");
  EXPECT_THAT(files()->list(".wend").paths, ElementsAre("a.wend", "inside.wend", "link.wend"));
  EXPECT_EQ(files()->read("link.wend").fault, FileFault::kOutside);
  EXPECT_EQ(files()->read("folder/x.wend").fault, FileFault::kOutside);
  EXPECT_EQ(files()->read("../secret.wend").fault, FileFault::kOutside);
  EXPECT_EQ(files()->read("inside.wend").text, "a");
}

TEST_F(DiskFilesTest, LimitsAreKept) {
  write("project/a.wend", std::string(100, 'x'));
  write("project/b.wend", "");
  write("project/c.wend", "");
  DiskLimits limits;
  limits.max_file_bytes = 99;
  limits.max_files = 2;
  EXPECT_EQ(files("project", limits)->read("a.wend").fault, FileFault::kTooLarge);
  EXPECT_TRUE(files("project", limits)->list(".wend").too_many);
  limits.max_file_bytes = 100;
  limits.max_files = 3;
  EXPECT_EQ(files("project", limits)->read("a.wend").fault, FileFault::kReadable);
  EXPECT_FALSE(files("project", limits)->list(".wend").too_many);
}

TEST_F(DiskFilesTest, AFolderIsNoFile) {
  fs::create_directories(root_ / "project/odd.wend");
  EXPECT_THAT(files()->list(".wend").paths, testing::IsEmpty());
  EXPECT_EQ(files()->read("odd.wend").fault, FileFault::kUnreadable);
}

}  // namespace
}  // namespace wend
