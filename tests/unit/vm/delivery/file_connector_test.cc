// Each delivery stands in the file exactly once, whatever breaks in between, and no file of somebody else is
// touched.

#include "vm/delivery/file_connector.h"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/unit/vm/store/temp_folder.h"
#include "vm/engine/delivery_line.h"
#include "vm/store/fault_store.h"
#include "vm/store/memory_store.h"

namespace wend {
namespace {

using testing::HasSubstr;

class FileConnectorTest : public testing::Test {
 protected:
  // Puts `count` more entries into the outbox.
  void put(int count) {
    const auto batch = store_.make_batch();
    for (int i = 0; i < count; ++i, ++number_) {
      Delivery delivery;
      delivery.id = std::to_string(number_);
      delivery.contact = "ana";
      delivery.body = "text " + std::to_string(number_);
      append_delivery_line(expected_, delivery);
      batch->put(Family::kOutbox, outbox_key(number_, "ana", 0), encode_delivery(delivery));
    }
    ASSERT_TRUE(store_.commit(*batch, Durability::kSync).ok());
  }
  // As after a start: nothing is taken.
  Result<std::unique_ptr<FileConnector>> open(const std::string& name = "") {
    connector_.reset();
    outbox_ = std::make_unique<Outbox>(store_);
    return FileConnector::open(path_, *outbox_, store_, Durability::kSync, name);
  }
  void reopen(const std::string& name = "") {
    auto opened = open(name);
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    connector_ = std::move(*opened);
  }
  Result<uint64_t> drain() { return connector_->drain(kNever); }
  std::string refusal() {
    const auto opened = open();
    if (opened.ok()) return "opened";
    EXPECT_EQ(opened.error().kind, ErrorKind::kInvalidInput);
    return opened.error().message;
  }
  std::string text() const {
    std::ifstream in(path_, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
  }
  void write(const std::string& text) const { std::ofstream(path_, std::ios::binary) << text; }
  void append(const std::string& text) const {
    std::ofstream(path_, std::ios::binary | std::ios::app) << text;
  }

  TempFolder folder_;
  std::string path_ = folder_.file("out.ndjson");
  FaultStore store_{make_memory_store()};
  std::unique_ptr<Outbox> outbox_;
  std::unique_ptr<FileConnector> connector_;
  int64_t number_ = 1;
  std::string expected_;  // lines of all entries ever put
};

TEST_F(FileConnectorTest, WritesInOrderAndGoesOnAfterARestart) {
  reopen();
  put(3);
  EXPECT_EQ(*drain(), 3U);
  EXPECT_EQ(*drain(), 0U);
  EXPECT_EQ(connector_->written(), 3U);
  put(5000);
  EXPECT_EQ(*drain(), 5000U);
  reopen();
  put(1);
  EXPECT_EQ(*drain(), 1U);
  EXPECT_EQ(text(), expected_);
}

TEST_F(FileConnectorTest, WritesOnlyWhatIsBelow) {
  reopen();
  put(10);
  EXPECT_EQ(*connector_->drain(4), 3U);
  EXPECT_EQ(*drain(), 7U);
  EXPECT_EQ(text(), expected_);
}

TEST_F(FileConnectorTest, AnyCommitMayFail) {
  // Three starts, each writes two entries: the note of open() and the lines are a commit each.
  for (const Fault fault : {Fault::kLost, Fault::kKept}) {
    for (uint64_t at = 1; at <= 6; ++at) {
      path_ = folder_.file(std::to_string(static_cast<int>(fault)) + "-" + std::to_string(at));
      expected_.clear();
      put(6);
      store_.fail_commit(store_.commits() + at, fault);
      int failures = 0;
      for (Millis below = number_ - 4; below <= number_; below += 2) {
        for (bool done = false; !done;) {
          auto opened = open();
          if (opened.ok()) {
            connector_ = std::move(*opened);
            done = connector_->drain(below).ok();
          }
          if (!done) {
            ASSERT_TRUE(store_.failed());
            ++failures;
            store_.reopen();
          }
        }
      }
      EXPECT_EQ(failures, 1);
      EXPECT_EQ(text(), expected_) << "commit " << at;
    }
  }
}

TEST_F(FileConnectorTest, ACrashBetweenFileAndStoreLeavesNoDuplicate) {
  reopen();
  put(3);
  ASSERT_TRUE(drain().ok());
  put(3);
  store_.fail_commit(store_.commits() + 1, Fault::kLost);
  EXPECT_FALSE(drain().ok());
  EXPECT_EQ(text(), expected_) << "the lines are in the file, but the store does not know";
  store_.reopen();
  reopen();
  EXPECT_NE(text(), expected_) << "cut back to what the store knows";
  EXPECT_EQ(*drain(), 3U);
  EXPECT_EQ(text(), expected_);
}

TEST_F(FileConnectorTest, ACommitThatFailedAndIsThereAllTheSame) {
  reopen();
  put(3);
  store_.fail_commit(store_.commits() + 1, Fault::kKept);
  EXPECT_FALSE(drain().ok());
  store_.reopen();
  reopen();
  EXPECT_EQ(*drain(), 0U);
  EXPECT_EQ(text(), expected_);
}

TEST_F(FileConnectorTest, HalfALineAfterACrashIsCut) {
  reopen();
  put(2);
  ASSERT_TRUE(drain().ok());
  append("{\"delivery\":\"ha");
  reopen();
  EXPECT_EQ(text(), expected_);
}

TEST_F(FileConnectorTest, AFullDiskLosesNothing) {
  reopen();
  put(3);
  ASSERT_TRUE(drain().ok());
  // A limit on the size of files stands for a full disk.
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit limit = before;
  limit.rlim_cur = text().size() + 100;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  const std::string good = text();
  put(50);
  const auto failed = drain();
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().kind, ErrorKind::kIo);
  EXPECT_THAT(failed.error().message, HasSubstr("cannot write `" + path_));
  EXPECT_EQ(text(), good) << "no half batch stays";
  EXPECT_EQ(*drain(), 50U) << "with room again it goes on";
  EXPECT_EQ(text(), expected_);
}

TEST_F(FileConnectorTest, AFileThatWasCutOrReplacedIsRefused) {
  reopen();
  put(3);
  ASSERT_TRUE(drain().ok());
  const std::string good = text();
  write(good.substr(0, good.size() - 1));
  EXPECT_EQ(refusal(),
            "`" + path_ + "` has " + std::to_string(good.size() - 1) + " bytes, but " +
                std::to_string(good.size()) +
                " were written to it before: it was replaced or cut; put it back or name another file");
  std::filesystem::remove(path_);
  EXPECT_THAT(refusal(), HasSubstr("has 0 bytes"));
  const std::string other(good.size() + 100, 'x');
  write(other);
  EXPECT_THAT(refusal(), HasSubstr("does not hold what was written to it before"));
  EXPECT_EQ(text(), other) << "somebody else's file is left as it is";
  write(good);
  reopen();
  put(1);
  ASSERT_TRUE(drain().ok());
  EXPECT_EQ(text(), expected_);
}

TEST_F(FileConnectorTest, AFileOfSomebodyElseIsRefused) {
  write("precious\n");
  EXPECT_EQ(
      refusal(),
      "`" + path_ + "` exists and was not written from this data folder; move it away or name another file");
  EXPECT_EQ(text(), "precious\n");
  path_ = folder_.path();
  EXPECT_EQ(open().error().kind, ErrorKind::kIo);
  path_ = folder_.file("none/out");
  EXPECT_EQ(open().error().kind, ErrorKind::kIo);
}

TEST_F(FileConnectorTest, OneFileHasOneWriter) {
  reopen();
  FaultStore other(make_memory_store());
  Outbox outbox(other);
  const auto second = FileConnector::open(path_, outbox, other, Durability::kSync);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().kind, ErrorKind::kLocked);
}

TEST_F(FileConnectorTest, AFileWithANameMayMove) {
  reopen("data/out");
  put(2);
  ASSERT_TRUE(drain().ok());
  connector_.reset();
  const std::string moved = folder_.file("moved");
  std::filesystem::rename(path_, moved);
  path_ = moved;
  reopen("data/out");
  put(2);
  ASSERT_TRUE(drain().ok());
  EXPECT_EQ(text(), expected_);
}

TEST_F(FileConnectorTest, ADamagedNoteIsSaid) {
  reopen();
  const auto it = store_.iterate(Family::kMeta, "file/", "file0");
  it->seek("file/");
  ASSERT_TRUE(it->valid());
  const auto batch = store_.make_batch();
  batch->put(Family::kMeta, it->key(), "short");
  ASSERT_TRUE(store_.commit(*batch, Durability::kSync).ok());
  EXPECT_EQ(open().error().kind, ErrorKind::kCorrupt);
}

}  // namespace
}  // namespace wend
