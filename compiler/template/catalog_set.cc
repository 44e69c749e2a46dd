#include "compiler/template/catalog_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "compiler/diagnostics/messages.h"
#include "compiler/diagnostics/suggest.h"
#include "compiler/text/project_path.h"
#include "vm/core/time_zone.h"
#include "vm/core/value.h"

namespace wend {
namespace {

using nlohmann::json;

// Bad rows of one file that are reported.
constexpr size_t kMaxBadRows = 20;

// JSON as a value of a type, encoded. `fault` says what does not fit, empty while all does.
class RowReader {
 public:
  std::string fault;

  // A row's record, encoded. REQUIRES: `row` is an object.
  std::string record(const json& row, TypeRef type, const std::string& where, int depth) {
    RecordBuilder fields;
    for (const RecordFieldInfo& field : type->fields) {
      const std::string path = where.empty() ? field.name : where + "." + field.name;
      const auto given = row.find(field.name);
      const bool absent = given == row.end() || given->is_null();
      if (absent && !field.optional) say(fmt::format("`{}` is missing", path));
      if (!absent) add(fields, field.name, encoded(*given, field.type, path, depth));
    }
    if (type->open) {
      for (const auto& [name, value] : row.items()) {
        if (type->field(name) == nullptr && !value.is_null()) add(fields, name, open_value(value, name, depth));
      }
    }
    std::string bytes;
    encode_value(bytes, Value::of_record(fields.build()));
    return bytes;
  }

  // One value, encoded; empty for none.
  std::string encoded(const json& value, TypeRef type, const std::string& path, int depth) {
    if (depth > kMaxValueDepth) {
      say(fmt::format("`{}` is nested too deeply", path));
      return {};
    }
    switch (type->base) {
      case BaseType::kAny:
        return open_value(value, path, depth);
      case BaseType::kList:
        return list(value, type, path, depth);
      case BaseType::kRecord:
        if (value.is_object()) return record(value, type, path, depth + 1);
        break;
      default: {
        const Value plain = scalar(value, type);
        if (!plain.missing()) return bytes_of(plain);
      }
    }
    say(fmt::format("`{}` is no {}", path, type_syntax(type)));
    return {};
  }

 private:
  void say(std::string what) {
    if (fault.empty()) fault = std::move(what);
  }

  static std::string bytes_of(const Value& value) {
    std::string bytes;
    encode_value(bytes, value);
    return bytes;
  }

  static void add(RecordBuilder& fields, const std::string& name, const std::string& encoded) {
    ByteReader reader(encoded);
    const Value value = decode_value(reader);
    if (!value.missing()) fields.add(name, value);
  }

  std::string list(const json& value, TypeRef type, const std::string& path, int depth) {
    if (!value.is_array()) {
      say(fmt::format("`{}` is no {}", path, type_syntax(type)));
      return {};
    }
    ListBuilder items;
    for (const json& item : value) {
      const std::string bytes = encoded(item, type->element, path, depth + 1);
      ByteReader reader(bytes);
      if (!bytes.empty()) items.add(decode_value(reader));
    }
    return bytes_of(Value::of_list(text_ = items.build()));
  }

  std::string open_value(const json& value, const std::string& path, int depth) {
    if (depth > kMaxValueDepth) {
      say(fmt::format("`{}` is nested too deeply", path));
      return {};
    }
    if (value.is_array()) {
      ListBuilder items;
      for (const json& item : value) {
        const std::string bytes = open_value(item, path, depth + 1);
        ByteReader reader(bytes);
        if (!bytes.empty()) items.add(decode_value(reader));
      }
      return bytes_of(Value::of_list(text_ = items.build()));
    }
    if (value.is_object()) {
      RecordBuilder fields;
      for (const auto& [name, field] : value.items()) add(fields, name, open_value(field, path, depth + 1));
      return bytes_of(Value::of_record(text_ = fields.build()));
    }
    if (value.is_boolean()) return bytes_of(Value::of_bool(value.get<bool>()));
    if (value.is_string()) return bytes_of(Value::of_string(text_ = value.get<std::string>()));
    if (value.is_null()) return {};
    return bytes_of(number(value));
  }

  static Value number(const json& value) {
    if (value.is_number_unsigned() && value.get<uint64_t>() > INT64_MAX)
      return Value::of_number(static_cast<double>(value.get<uint64_t>()));
    if (value.is_number_integer()) return Value::of_int(value.get<int64_t>());
    return Value::of_number(value.get<double>());
  }

  // Missing where the value is none of the type.
  Value scalar(const json& value, TypeRef type) {
    if (value.is_boolean()) return type->is(BaseType::kBool) ? Value::of_bool(value.get<bool>()) : Value();
    if (value.is_number()) {
      const Value read = number(value);
      const double real = read.tag == Tag::kInt ? static_cast<double>(read.i) : read.d;
      if (type->is(BaseType::kInt)) return read.tag == Tag::kInt ? read : Value();
      if (type->is(BaseType::kNumber)) return Value::of_number(real);
      return type->is(BaseType::kPercent) ? Value::of_percent(real) : Value();
    }
    if (!value.is_string()) return {};
    text_ = value.get<std::string>();
    std::optional<int64_t> parsed;
    switch (type->base) {
      case BaseType::kString:
        return Value::of_string(text_);
      case BaseType::kEnum: {
        const bool listed = std::find(type->values.begin(), type->values.end(), text_) != type->values.end();
        return listed ? Value::of_string(text_) : Value();
      }
      case BaseType::kDuration:
        parsed = parse_duration(text_);
        return parsed ? Value::of_duration(*parsed) : Value();
      case BaseType::kTime:
        parsed = parse_rfc3339(text_);
        return parsed ? Value::of_time(*parsed) : Value();
      case BaseType::kDate:
        parsed = parse_date(text_);
        return parsed ? Value::of_date(*parsed) : Value();
      default:
        return {};
    }
  }

  std::string text_;  // what a Value on its way views
};

class CatalogReader {
 public:
  CatalogReader(const CatalogInfo& catalog, SourceMap& sources, const FileResolver* files, const CatalogLimits& limits,
                Sink& sink)
      : catalog_(catalog), sources_(sources), files_(files), limits_(limits), sink_(sink) {}

  std::vector<CatalogEntry> read() {
    const SourceFile* file = open();
    if (file == nullptr) return {};
    size_t bad = 0;
    for (uint32_t line = 0; line < file->line_count() && bad < kMaxBadRows; ++line) {
      const std::string_view text = without_bom(*file, line);
      if (text.find_first_not_of(" \t") == std::string_view::npos) continue;
      if (entries_.size() >= limits_.max_rows) {
        sink_.report(CatalogTooLarge{name_of_file().span, name(), "rows", limits_.max_rows});
        return {};
      }
      const std::string problem = add_row(text, line);
      if (problem.empty()) continue;
      ++bad;
      const uint32_t begin = file->line_start(line);
      const auto end = begin + static_cast<uint32_t>(file->line_text(line).size());
      sink_.report(BadCatalogRow{Span{file->id(), begin, end}, name(), problem, catalog_.decl->name.span});
    }
    return sorted();
  }

 private:
  std::string name() const { return std::string(catalog_.decl->name.text); }
  const ast::StringExpr& name_of_file() const { return *catalog_.decl->file; }

  static std::string_view without_bom(const SourceFile& file, uint32_t line) {
    const std::string_view text = file.line_text(line);
    return line == 0 ? text.substr(std::min<size_t>(file.bom_size(), text.size())) : text;
  }

  // What is wrong with the row; empty where nothing is.
  std::string add_row(std::string_view text, uint32_t line) {
    const json row = json::parse(text, nullptr, false);
    if (row.is_discarded()) return "this line is no JSON";
    if (!row.is_object()) return "this line is no JSON object";
    RowReader reader;
    const std::string key_name(catalog_.decl->key.text);
    const auto key = row.find(key_name);
    if (key == row.end() || key->is_null()) return fmt::format("`{}`, the key, is missing", key_name);
    CatalogEntry entry;
    entry.key = reader.encoded(*key, catalog_.key, key_name, 0);
    entry.row = reader.record(row, catalog_.row, "", 0);
    if (!reader.fault.empty()) return reader.fault;
    entries_.push_back({std::move(entry), line});
    return {};
  }

  std::vector<CatalogEntry> sorted() {
    std::stable_sort(entries_.begin(), entries_.end(),
                     [](const Row& a, const Row& b) { return a.entry.key < b.entry.key; });
    std::vector<CatalogEntry> rows;
    for (Row& row : entries_) {
      if (!rows.empty() && rows.back().key == row.entry.key) {
        const SourceFile& file = *file_;
        const uint32_t begin = file.line_start(row.line);
        const auto end = begin + static_cast<uint32_t>(file.line_text(row.line).size());
        sink_.report(BadCatalogRow{Span{file.id(), begin, end}, name(),
                                   fmt::format("a line above has the same `{}`", catalog_.decl->key.text),
                                   catalog_.decl->name.span});
        break;
      }
      rows.push_back(std::move(row.entry));
    }
    return rows;
  }

  const SourceFile* open() {
    const std::string written(name_of_file().value.text);
    const Span at = name_of_file().span;
    const std::optional<std::string> path = project_path(folder_of(sources_.file(at.file).path()), written);
    if (!path) {
      sink_.report(CatalogFileOutsideProject{at, written});
      return nullptr;
    }
    file_ = sources_.find(*path);
    if (file_ != nullptr) return file_;
    FileText text = files_ == nullptr ? FileText{FileFault::kNotFound, "", ""} : files_->read(*path);
    switch (text.fault) {
      case FileFault::kReadable:
        break;
      case FileFault::kNotFound:
        sink_.report(CatalogFileMissing{at, written, near(written, *path)});
        return nullptr;
      case FileFault::kOutside:
        sink_.report(CatalogFileOutsideProject{at, written});
        return nullptr;
      case FileFault::kTooLarge:
        sink_.report(CatalogTooLarge{at, name(), "bytes", limits_.max_bytes});
        return nullptr;
      case FileFault::kUnreadable:
        sink_.report(FileUnreadable{Span{sources_.add(*path, "").id(), 0, 0}, text.reason});
        return nullptr;
    }
    if (text.text.size() > limits_.max_bytes) {
      sink_.report(CatalogTooLarge{at, name(), "bytes", limits_.max_bytes});
      return nullptr;
    }
    const std::optional<TextFault> fault =
        SourceFile::find_fault(text.text, static_cast<uint32_t>(limits_.max_bytes));
    if (fault) {
      sink_.report(FileUnreadable{Span{sources_.add(*path, "").id(), 0, 0},
                                  fmt::format("not valid text from byte {} on", fault->offset)});
      return nullptr;
    }
    file_ = &sources_.add(*path, std::move(text.text));
    return file_;
  }

  std::vector<std::string> near(const std::string& written, const std::string& path) const {
    if (files_ == nullptr) return {};
    const std::string folder = folder_of(path);
    const std::string base = path.substr(folder.size());
    const size_t dot = base.rfind('.');
    if (dot == std::string::npos) return {};
    std::vector<std::string> beside;
    for (const std::string& candidate : files_->list(base.substr(dot)).paths) {
      if (folder_of(candidate) == folder) beside.push_back(candidate.substr(folder.size()));
    }
    std::vector<std::string> found = near_names(base, beside);
    for (std::string& one : found) one = folder_of(written) + one;
    return found;
  }

  struct Row {
    CatalogEntry entry;
    uint32_t line = 0;
  };
  const CatalogInfo& catalog_;
  SourceMap& sources_;
  const FileResolver* files_;
  const CatalogLimits& limits_;
  Sink& sink_;
  const SourceFile* file_ = nullptr;
  std::vector<Row> entries_;
};

}  // namespace

CatalogSet read_catalogs(const CheckedProgram& program, SourceMap& sources, const FileResolver* files,
                         const CatalogLimits& limits, Sink& sink) {
  CatalogSet set;
  for (const CatalogInfo& catalog : program.catalogs) {
    const bool readable = catalog.decl->file != nullptr && !catalog.key->is(BaseType::kError);
    set.rows.push_back(readable ? CatalogReader(catalog, sources, files, limits, sink).read()
                                : std::vector<CatalogEntry>());
  }
  return set;
}

}  // namespace wend
