// Catalog files: what is read, and what each kind of bad file is answered with.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/support/compiled.h"
#include "vm/core/value.h"

namespace wend {
namespace {

using testing_support::compile_files;
using testing_support::diagnostics_text;

constexpr const char* kJourney = R"(
journey refill {
  on bought
  lasts at most 90d
  wait (products[event.sku].lifetime ?? 30d)
  note "again"
}
event bought { sku: string }
)";

std::string source(const std::string& catalog) { return catalog + kJourney; }

const std::string kShape = R"(catalog products by sku file "products.ndjson" { lifetime: duration?, price: number? })";

CompileResult with_rows(const std::string& rows, const std::string& catalog = kShape) {
  return compile_files({{"main.wend", source(catalog)}, {"products.ndjson", rows}});
}

Value row(const CompileResult& result, size_t i) {
  ByteReader reader(result.program.catalogs[0].entries[i].row);
  return decode_value(reader);
}

TEST(CatalogSet, RowsAreSortedByTheirKeysAndHaveTheDeclaredTypes) {
  const CompileResult result = with_rows(
      "{\"sku\": \"b\", \"lifetime\": \"60d\", \"price\": 3, \"other\": [1]}\r\n"
      "\n"
      "{\"sku\": \"a\", \"lifetime\": null}");
  ASSERT_TRUE(result.ok) << diagnostics_text(result);
  ASSERT_EQ(result.program.catalogs[0].entries.size(), 2U);
  EXPECT_EQ(record_field(row(result, 0), "sku").bytes(), "a");
  EXPECT_TRUE(record_field(row(result, 0), "lifetime").missing());
  EXPECT_EQ(record_field(row(result, 1), "lifetime").i, 60 * kMillisPerDay);
  EXPECT_EQ(record_field(row(result, 1), "lifetime").tag, Tag::kDuration);
  EXPECT_EQ(record_field(row(result, 1), "price").tag, Tag::kNumber);
  EXPECT_TRUE(record_field(row(result, 1), "other").missing());
}

TEST(CatalogSet, WithoutAShapeARowHasWhatItsLineHas) {
  const CompileResult result = compile_files(
      {{"main.wend", R"(on bought if products[event.sku].deep.list[0] == 2 { note "two" }
                        catalog products by sku file "p.ndjson")"},
       {"p.ndjson", R"({"sku": "a", "deep": {"list": [2, "x", null, true, 1.5, {}]}})"}});
  ASSERT_TRUE(result.ok) << diagnostics_text(result);
  EXPECT_EQ(element_count(record_field(record_field(row(result, 0), "deep"), "list")), 5);
}

TEST(CatalogSet, AKeyMayBeAWholeNumber) {
  const CompileResult result = compile_files(
      {{"main.wend", R"(on bought if products[7].name == "x" { note "seven" }
                        catalog products by id file "p.ndjson" { id: int, name: string })"},
       {"p.ndjson", R"({"id": 7, "name": "x"})"}});
  ASSERT_TRUE(result.ok) << diagnostics_text(result);
}

TEST(CatalogSet, EachBadRowIsPointedAt) {
  const CompileResult result = with_rows(
      "{\"sku\": \"a\", \"lifetime\": \"two months\"}\n"
      "not json\n"
      "[1]\n"
      "{\"lifetime\": \"3d\"}\n"
      "{\"sku\": 4}\n"
      "{\"sku\": \"a\"}\n"
      "{\"sku\": \"a\"}\n");
  EXPECT_FALSE(result.ok);
  EXPECT_EQ(diagnostics_text(result),
            "WD0611 products.ndjson:1:1 this row does not fit catalog `products`: `lifetime` is no duration\n"
            "WD0611 products.ndjson:2:1 this row does not fit catalog `products`: this line is no JSON\n"
            "WD0611 products.ndjson:3:1 this row does not fit catalog `products`: this line is no JSON object\n"
            "WD0611 products.ndjson:4:1 this row does not fit catalog `products`: `sku`, the key, is missing\n"
            "WD0611 products.ndjson:5:1 this row does not fit catalog `products`: `sku` is no string\n"
            "WD0611 products.ndjson:7:1 this row does not fit catalog `products`: a line above has the same `sku`\n");
}

TEST(CatalogSet, APropertyThatIsNotOptionalHasToBeThere) {
  const CompileResult result = with_rows(
      "{\"sku\": \"a\"}\n",
      R"(catalog products by sku file "products.ndjson" { lifetime: duration, sizes: list<{ cm: int }> })");
  EXPECT_EQ(diagnostics_text(result),
            "WD0611 products.ndjson:1:1 this row does not fit catalog `products`: `lifetime` is missing\n");
}

TEST(CatalogSet, FilesThatAreNotThere) {
  const CompileResult missing =
      compile_files({{"main.wend", source(kShape)}, {"product.ndjson", "{\"sku\": \"a\"}"}});
  EXPECT_EQ(diagnostics_text(missing),
            "WD0609 main.wend:1:30 catalog file \"products.ndjson\" cannot be read: no such file\n");
  const CompileResult outside =
      compile_files({{"main.wend", source(R"(catalog products by sku file "../products.ndjson" { lifetime: duration? })")}});
  EXPECT_EQ(diagnostics_text(outside).substr(0, 6), "WD0610");
}

TEST(CatalogSet, LimitsAreNamedOptions) {
  const std::string rows = "{\"sku\": \"a\"}\n{\"sku\": \"b\"}\n";
  CompileOptions options;
  options.max_catalog_rows = 1;
  const CompileResult many = compile_files({{"main.wend", source(kShape)}, {"products.ndjson", rows}}, options);
  EXPECT_EQ(diagnostics_text(many), "WD0612 main.wend:1:30 catalog `products` is too large: more than 1 rows\n");
  options = CompileOptions();
  options.max_catalog_bytes = 5;
  const CompileResult large = compile_files({{"main.wend", source(kShape)}, {"products.ndjson", rows}}, options);
  EXPECT_EQ(diagnostics_text(large), "WD0612 main.wend:1:30 catalog `products` is too large: more than 5 bytes\n");
}

TEST(CatalogSet, BytesThatAreNoText) {
  EXPECT_EQ(diagnostics_text(with_rows("{\"sku\": \"\xff\"}")).substr(0, 6), "WD0903");
}

TEST(CatalogSet, DeepNestingIsRefused) {
  std::string deep = "1";
  for (int i = 0; i < 200; ++i) deep = "[" + deep + "]";
  const CompileResult result = with_rows("{\"sku\": \"a\", \"x\": " + deep + "}",
                                         R"(catalog products by sku file "products.ndjson")");
  EXPECT_EQ(diagnostics_text(result).substr(0, 6), "WD0611");
}

}  // namespace
}  // namespace wend
