#include "vm/engine/delivery_line.h"

#include <nlohmann/json.hpp>

#include "vm/core/time_zone.h"

namespace wend {
namespace {

nlohmann::ordered_json text_or_null(const std::string& text) {
  if (text.empty()) return nullptr;
  return text;
}

}  // namespace

void append_delivery_line(std::string& out, const Delivery& d) {
  nlohmann::ordered_json line;
  line["delivery"] = d.id;
  line["at"] = format_rfc3339(d.at_ms);
  line["contact"] = d.contact;
  line["journey"] = d.journey;
  line["version"] = d.version;
  line["run"] = d.run;
  line["step"] = d.step;
  line["line"] = d.line;
  line["channel"] = d.channel;
  line["message"] = d.message;
  line["variant"] = text_or_null(d.variant);
  line["status"] = delivery_status_name(d.status);
  line["reason"] = text_or_null(d.reason);
  line["to"] = text_or_null(d.to);
  line["subject"] = text_or_null(d.subject);
  line["body"] = text_or_null(d.body);
  if (!d.preheader.empty()) line["preheader"] = d.preheader;
  if (!d.html.empty()) line["html"] = d.html;
  if (!d.text.empty()) line["text"] = d.text;
  if (!d.from.empty()) line["from"] = d.from;
  if (!d.reply_to.empty()) line["reply_to"] = d.reply_to;
  if (d.cut) line["cut"] = true;
  out += line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  out.push_back('\n');
}

}  // namespace wend
