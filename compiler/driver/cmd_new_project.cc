#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include "compiler/driver/command.h"

namespace wend {
namespace {

namespace fs = std::filesystem;

struct NewFile {
  const char* path;
  std::string_view text;
};

constexpr NewFile kFiles[] = {
    {"events.wend", R"wend(# What arrives. Once an event is declared here, a misspelled one is an error.

settings { zone "Europe/Paris" }

event cart_abandoned = "Cart Abandoned" {
  cart_id: string
  total: number
  url: string
}

event order_completed = "Order Completed" {
  order_id: string
  cart_id: string
  total: number
}

contact {
  first_name: string?
}
)wend"},
    {"policies.wend", R"wend(# What no journey may do. Journeys obey `marketing` unless they name another policy.

policy marketing {
  consent opt_out
  consent sms, push opt_in
  cap 3 per 7d
  quiet sms, push 21:00..08:00
}
)wend"},
    {"journeys/cart_recovery.wend", R"wend(## Brings a full cart back; a buyer leaves at once.
journey cart_recovery {
  on cart_abandoned where event.total >= 30
  enter once per 7d each event.cart_id
  until order_completed where event.cart_id == trigger.cart_id
  goal order_completed within 3d value event.total

  wait 20m
  @first send email cart_reminder
  wait for clicked up to 1d {
    exit "came back"
  } else if not opened first or suppressed first {
    send sms "Your cart is waiting: {{ trigger.url }}"
  }
}

message cart_reminder: email {
  subject "{{ contact.first_name | default: "Hello" }}, you left something behind"
  body "Your cart is still here: {{ trigger.url }}"
}
)wend"},
    {"tests.wend", R"wend(# What the journeys promise: `wend test .` runs these in virtual time.

test "a buyer is never nagged" of cart_recovery {
  contact "ana" { first_name: "Ana", email: "ana@shop.example", phone: "+33612345678" }
  at 2026-03-02 10:00 cart_abandoned { cart_id: "c1", total: 80, url: "https://shop.example/c1" }
  after 10m order_completed { order_id: "o1", cart_id: "c1", total: 80 }
  after 2d
  expect nothing sent
  expect cart_recovery ended because order_completed
}

test "an unopened mail is followed by a text" of cart_recovery {
  contact "bo" { email: "bo@shop.example", phone: "+33687654321", consent: ["sms"] }
  at 2026-03-02 10:05 cart_abandoned { cart_id: "c2", total: 45, url: "https://shop.example/c2" }
  after 2d
  expect sent email cart_reminder on 2026-03-02 10:25
  expect sent sms "Your cart is waiting: {{ trigger.url }}" on 2026-03-03 10:25
}
)wend"},
    {"sample.ndjson",
     R"json({"type":"identify","messageId":"i1","userId":"ana","timestamp":"2026-03-02T09:00:00Z","traits":{"first_name":"Ana","email":"ana@shop.example","phone":"+33612345678"}}
{"type":"identify","messageId":"i2","userId":"bo","timestamp":"2026-03-02T09:00:00Z","traits":{"first_name":"Bo","email":"bo@shop.example","phone":"+33687654321","consent":["sms"]}}
{"type":"track","messageId":"t1","userId":"ana","event":"Cart Abandoned","timestamp":"2026-03-02T10:00:00Z","properties":{"cart_id":"c1","total":80,"url":"https://shop.example/c1"}}
{"type":"track","messageId":"t2","userId":"bo","event":"Cart Abandoned","timestamp":"2026-03-02T10:05:00Z","properties":{"cart_id":"c2","total":45,"url":"https://shop.example/c2"}}
{"type":"track","messageId":"t3","userId":"ana","event":"Order Completed","timestamp":"2026-03-02T10:12:00Z","properties":{"order_id":"o1","cart_id":"c1","total":80}}
)json"},
    {"README.md", R"md(# NAME

    wend check .
    wend test .
    wend simulate . --events sample.ndjson
    wend run . --data state --replay sample.ndjson && wend why bo --data state

Ana bought, so she gets nothing. Bo gets an e-mail after 20 minutes and, because he agreed to texts, a text a day later.
)md"},
    {".gitignore", "state/\ndeliveries.ndjson\n"},
};

bool valid_name(std::string_view name) {
  if (name.empty() || name.front() == '.' || name.front() == '-') return false;
  for (const char c : name) {
    const bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_' || c == '.';
    if (!fine) return false;
  }
  return true;
}

bool write_file(const fs::path& path, std::string text, const std::string& name) {
  const size_t at = text.find("NAME");
  if (path.filename() == "README.md" && at != std::string::npos) text.replace(at, 4, name);
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error) return false;
  std::ofstream out(path, std::ios::binary);
  out << text;
  return static_cast<bool>(out.flush());
}

int make_project(const std::string& place, Console& console) {
  const fs::path folder(place);
  const std::string name = folder.filename().string();
  if (!valid_name(name)) {
    console.fail("`" + name + "` cannot name a project: use letters, digits, `-`, `_` and `.`");
    return kExitUsage;
  }
  std::error_code error;
  if (fs::exists(folder, error)) {
    console.fail("`" + place + "` exists already; nothing was changed");
    return kExitUsage;
  }
  for (const NewFile& file : kFiles) {
    if (!write_file(folder / file.path, std::string(file.text), name)) {
      console.fail("cannot write `" + (folder / file.path).string() + "`");
      return kExitUsage;
    }
  }
  console.print("made " + place + ". Try:\n  wend check " + place + "\n  wend test " + place + "\n  wend simulate " + place +
                " --events " + place + "/sample.ndjson\n");
  return kExitClean;
}

}  // namespace

void add_new_project(CLI::App& app, Invocation& invocation) {
  auto place = std::make_shared<std::string>();
  app.add_option("NAME", *place, "folder to make, named as the project")->required();
  invocation.action = [place](Console& console) { return make_project(*place, console); };
}

}  // namespace wend
