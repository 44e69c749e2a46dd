#include "vm/engine/outbox.h"

#include <algorithm>
#include <array>

#include "vm/base/bytes.h"
#include "vm/store/record_format.h"

namespace wend {
namespace {

constexpr uint8_t kDeliveryVersion = 1;
constexpr uint8_t kFlagInline = 1;
constexpr uint8_t kFlagCut = 2;
constexpr uint8_t kFlagCall = 4;

// The texts of a delivery in the order of the stored form. DO NOT CHANGE THE ORDER; add at the end only.
constexpr std::array kTexts = {
    &Delivery::id,      &Delivery::contact,   &Delivery::journey, &Delivery::version, &Delivery::run,
    &Delivery::step,    &Delivery::file,      &Delivery::channel, &Delivery::message, &Delivery::variant,
    &Delivery::reason,  &Delivery::category,  &Delivery::to,      &Delivery::from,    &Delivery::reply_to,
    &Delivery::subject, &Delivery::preheader, &Delivery::body,    &Delivery::html,    &Delivery::text,
};

}  // namespace

std::string_view delivery_status_name(DeliveryStatus status) {
  switch (status) {
    case DeliveryStatus::kSent:
      return "sent";
    case DeliveryStatus::kHeld:
      return "held";
    case DeliveryStatus::kSuppressed:
      return "suppressed";
    case DeliveryStatus::kExpired:
      return "expired";
    case DeliveryStatus::kCancelled:
      return "cancelled";
    case DeliveryStatus::kFailed:
      return "failed";
  }
  return "unknown";
}

std::string outbox_key(Millis ready_ms, std::string_view contact, uint64_t number) {
  std::string key;
  key.reserve(17 + contact.size());
  put_instant_be(key, ready_ms);
  key.append(contact);
  key.push_back('\0');
  put_u64_be(key, number);
  return key;
}

bool parse_outbox_key(std::string_view key, Millis& ready_ms, std::string_view& contact, uint64_t& number) {
  if (key.size() < 18) return false;
  ByteReader front(key);
  ready_ms = instant_from_be(front.u64_be());
  contact = key.substr(8, key.size() - 17);
  ByteReader back(key.substr(key.size() - 8));
  number = back.u64_be();
  return key[key.size() - 9] == '\0';
}

std::string encode_delivery(const Delivery& delivery) {
  std::string out;
  put_u8(out, kDeliveryVersion);
  put_u8(out, static_cast<uint8_t>(delivery.status));
  put_u8(out, static_cast<uint8_t>((delivery.inline_message ? kFlagInline : 0) |
                                   (delivery.cut ? kFlagCut : 0) | (delivery.call ? kFlagCall : 0)));
  put_svarint(out, delivery.at_ms);
  put_varint(out, delivery.line);
  for (const auto member : kTexts) put_bytes(out, delivery.*member);
  return out;
}

Result<Delivery> decode_delivery(std::string_view bytes) {
  ByteReader in(bytes);
  const uint8_t version = in.u8();
  if (version > kDeliveryVersion) {
    return Error{ErrorKind::kNewerVersion, "an entry of the outbox was written by a newer version of Wend"};
  }
  Delivery delivery;
  const uint8_t status = in.u8();
  const uint8_t flags = in.u8();
  delivery.inline_message = (flags & kFlagInline) != 0;
  delivery.cut = (flags & kFlagCut) != 0;
  delivery.call = (flags & kFlagCall) != 0;
  delivery.at_ms = in.svarint();
  delivery.line = static_cast<uint32_t>(in.varint());
  for (const auto member : kTexts) delivery.*member = std::string(in.bytes());
  if (version == 0 || status > static_cast<uint8_t>(DeliveryStatus::kFailed) || !in.ok() || !in.at_end()) {
    return Error{ErrorKind::kCorrupt, "an entry of the outbox is damaged"};
  }
  delivery.status = static_cast<DeliveryStatus>(status);
  return delivery;
}

Outbox::Outbox(Store& store) : store_(store) {}

Result<std::vector<OutboxEntry>> Outbox::take(Millis below_ms, size_t limit) {
  const std::lock_guard lock(mutex_);
  std::vector<OutboxEntry> entries;
  std::string upper;
  if (below_ms != kNever) put_instant_be(upper, below_ms);
  const std::string start = low_.begin_scan();
  const auto it = store_.iterate(Family::kOutbox, start, upper);
  std::string first;  // the lowest key that is still there
  std::string last = start;
  for (it->seek(start); it->valid() && entries.size() < limit; it->next()) {
    const std::string_view key = it->key();
    if (first.empty()) first.assign(key);
    last.assign(key);
    if (taken_.find(key) != taken_.end()) continue;
    OutboxEntry entry;
    entry.key.assign(key);
    std::string_view contact;
    uint64_t number = 0;
    Result<Delivery> delivery = decode_delivery(it->value());
    if (!delivery.ok() || !parse_outbox_key(key, entry.ready_ms, contact, number)) {
      low_.end_scan(start);
      for (const OutboxEntry& taken : entries) taken_.erase(taken.key);
      return delivery.ok() ? Error{ErrorKind::kCorrupt, "a key of the outbox is damaged"} : delivery.error();
    }
    entry.delivery = std::move(*delivery);
    taken_.insert(entry.key);
    entries.push_back(std::move(entry));
  }
  low_.end_scan(first.empty() ? last : first);
  WEND_RETURN_IF_ERROR(it->status());
  return entries;
}

Status Outbox::finish(std::span<const OutboxEntry> entries, std::span<const MetaPut> puts,
                      Durability durability) {
  const auto batch = store_.make_batch();
  for (const OutboxEntry& entry : entries) batch->erase(Family::kOutbox, entry.key);
  for (const MetaPut& put : puts) batch->put(Family::kMeta, put.key, put.value);
  WEND_RETURN_IF_ERROR(store_.commit(*batch, durability));
  const std::lock_guard lock(mutex_);
  for (const OutboxEntry& entry : entries) taken_.erase(entry.key);
  return {};
}

void Outbox::release(std::span<const OutboxEntry> entries) {
  const std::lock_guard lock(mutex_);
  for (const OutboxEntry& entry : entries) {
    taken_.erase(entry.key);
    low_.lower(entry.key);
  }
}

void Outbox::note_put(std::string_view key) {
  const std::lock_guard lock(mutex_);
  low_.lower(key);
}

}  // namespace wend
