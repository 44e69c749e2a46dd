// Throttles: exact rates, in the order of asking.

#include "vm/delivery/throttle.h"

#include <gtest/gtest.h>

#include "tests/unit/vm/core/program_builder.h"

namespace wend {
namespace {

Delivery delivery_of(std::string journey, std::string channel, std::string message = "hello") {
  Delivery delivery;
  delivery.journey = std::move(journey);
  delivery.channel = std::move(channel);
  delivery.message = std::move(message);
  return delivery;
}

struct ThrottledProgram {
  ProgramBuilder b;
  explicit ThrottledProgram(std::vector<ChannelIx> channels, uint32_t count = 2, Millis window_ms = 1000) {
    GuardRow guard;
    guard.kind = GuardKind::kThrottle;
    guard.channels = std::move(channels);
    guard.count = count;
    guard.window_ms = window_ms;
    guard.text = b.string("throttle");
    PolicyRow policy;
    policy.name = b.string("marketing");
    policy.guards.push_back(guard);
    b.program.policies.push_back(policy);
    b.row(b.journey("slow")).policy = PolicyIx{0};
    b.journey("free");
  }
};

TEST(Throttle, NoWindowHoldsMoreThanItsNumber) {
  ThrottledProgram p({});
  Throttle throttle(p.b.program);
  const Delivery mail = delivery_of("slow", "email");
  EXPECT_EQ(throttle.slot(mail, 100), 100);
  EXPECT_EQ(throttle.slot(mail, 600), 600);
  EXPECT_EQ(throttle.slot(mail, 700), 1100) << "exactly a window after the first";
  EXPECT_EQ(throttle.slot(mail, 700), 1600);
  EXPECT_EQ(throttle.slot(mail, 701), 2100);
  EXPECT_EQ(throttle.slot(mail, 9000), 9000);
}

TEST(Throttle, CountsTheChannelsItNamesTogetherAndNoOthers) {
  ThrottledProgram p({ChannelIx{0}, ChannelIx{1}}, 1);
  Throttle throttle(p.b.program);
  EXPECT_EQ(throttle.slot(delivery_of("slow", "email"), 0), 0);
  EXPECT_EQ(throttle.slot(delivery_of("slow", "sms"), 0), 1000);
  EXPECT_EQ(throttle.slot(delivery_of("slow", "push"), 0), 0);
  EXPECT_EQ(throttle.slot(delivery_of("free", "email"), 0), 0) << "another policy";
  EXPECT_EQ(throttle.slot(delivery_of("gone", "email"), 0), 0) << "a journey that the program has no more";
}

TEST(Throttle, WithoutChannelsItMeansThoseThatReachAPerson) {
  ThrottledProgram p({}, 1);
  const ChannelIx webhook = p.b.channel("crm", none_of<AttrIx>());
  p.b.program.channels[webhook.index()].reaches_person = false;
  Throttle throttle(p.b.program);
  EXPECT_EQ(throttle.slot(delivery_of("slow", "sms"), 0), 0);
  EXPECT_EQ(throttle.slot(delivery_of("slow", "crm"), 0), 0);
  EXPECT_EQ(throttle.slot(delivery_of("slow", "sms"), 0), 1000);
}

TEST(Throttle, InternalMessagesObeyNone) {
  ThrottledProgram p({}, 1);
  const MessageIx alert = p.b.message("alert", ChannelIx{0}, "A lead");
  p.b.program.messages[alert.index()].to = p.b.program.messages[alert.index()].body;
  Throttle throttle(p.b.program);
  EXPECT_EQ(throttle.slot(delivery_of("slow", "email", "alert"), 0), 0);
  EXPECT_EQ(throttle.slot(delivery_of("slow", "email", "alert"), 0), 0);
}

}  // namespace
}  // namespace wend
