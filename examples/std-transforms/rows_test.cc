// SPDX-License-Identifier: Apache-2.0
//
// The transforms of rows.
#include <gmock/gmock.h>

#include "applied_test_support.h"

namespace cnx::std_transforms::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::kNull;
using testing::Pairs;
using testing::Rows;

Rows goods() {
  return Rows({ColumnSpec::int64("id").key(), ColumnSpec::text("name", 9), ColumnSpec::decimal("price", 10, 2)},
              {{1, "a", 150}, {2, kNull, 1250}, {3, "c", kNull}}, "", {0, 0, 1});
}
Applied applied(std::string_view name, Pairs set) { return Applier(name, std::move(set)).apply(goods().raw()); }
std::string refusal(std::string_view name, Pairs set) { return Applier(name, std::move(set)).refusal(); }

TEST(ReplaceField, LeavesOutKeepsAndRenames) {
  EXPECT_THAT(applied("ReplaceField", {{"exclude", "name"}}).lines,
              ElementsAre("id=1 price=1.50", "id=2 price=12.50", "id=3 price=NULL"));
  EXPECT_THAT(applied("ReplaceField", {{"include", "name,id"}, {"renames", "name:id,id:name"}}).lines,
              ElementsAre("name=1 id=a", "name=2 id=NULL", "name=3 id=c"));
}

TEST(ReplaceField, ColumnsThatAreNotThereAreAFaultOfTheConfig) {
  EXPECT_EQ(applied("ReplaceField", {{"exclude", "nmae"}}).error,
            "exclude: the rows have no column 'nmae'; they have id, name, price");
  EXPECT_THAT(applied("ReplaceField", {{"renames", "name:price"}}).error,
              HasSubstr("two columns would be called 'price'"));
  EXPECT_THAT(applied("ReplaceField", {{"exclude", "id,name,price"}}).error, HasSubstr("leave no column"));
  EXPECT_THAT(refusal("ReplaceField", {{"renames", "name"}}), HasSubstr("not written OLD:NEW"));
  EXPECT_THAT(refusal("ReplaceField", {}), HasSubstr("nothing would change"));
}

TEST(ReplaceField, KeepsDeletesAndOrigins) {
  const Rows rows = goods();
  const std::uint8_t ops[] = {CNX_OP_UPSERT, CNX_OP_DELETE, CNX_OP_UPSERT};
  cnx_batch batch = rows.raw();
  batch.ops = ops;
  EXPECT_THAT(Applier("ReplaceField", {{"include", "id"}}).apply(batch).lines,
              ElementsAre("id=1", "DELETE id=2", "id=3"));
  EXPECT_THAT(Applier("filter-rows", {{"field", "id"}, {"is", "lt"}, {"value", "2"}}).apply(batch).lines,
              ElementsAre("DELETE id=2 name=NULL price=12.50", "id=3 name=c price=NULL"));
}

TEST(MaskField, MasksValuesAndLeavesNulls) {
  EXPECT_THAT(applied("MaskField", {{"fields", "name,price"}}).lines,
              ElementsAre("id=1 name= price=0.00", "id=2 name=NULL price=0.00", "id=3 name= price=NULL"));
  EXPECT_THAT(applied("MaskField", {{"fields", "name"}, {"replacement", "***"}}).lines,
              ElementsAre("id=1 name=*** price=1.50", "id=2 name=NULL price=12.50", "id=3 name=*** price=NULL"));
}

TEST(MaskField, RefusesKeysAndReplacementsOfAnotherType) {
  EXPECT_THAT(applied("MaskField", {{"fields", "id"}}).error, HasSubstr("'id' is part of the key"));
  EXPECT_EQ(applied("MaskField", {{"fields", "price"}, {"replacement", "***"}}).error,
            "replacement: for column 'price' the value is no number");
}

TEST(Cast, ConvertsExactlyOrRefusesTheRecord) {
  EXPECT_THAT(applied("Cast", {{"spec", "id:string,price:float64"}}).lines,
              ElementsAre("id=1 name=a price=1.500000", "id=2 name=NULL price=12.500000", "id=3 name=c price=NULL"));
  const Applied whole = applied("Cast", {{"spec", "price:int64,name:string(9)"}});
  EXPECT_THAT(whole.lines, ElementsAre("id=3 name=c price=NULL"));
  EXPECT_THAT(whole.dead, ElementsAre("0 price price: is no whole number", "0 price price: is no whole number"));
  EXPECT_THAT(applied("Cast", {{"spec", "price:decimal(10,1),id:boolean"}}).lines,
              ElementsAre("id=true name=a price=1.5", "id=true name=NULL price=12.5", "id=true name=c price=NULL"));
}

TEST(Cast, ReadsTextsAndWritesTimes) {
  const Rows rows({ColumnSpec::text("n", 9), ColumnSpec::make("at", CNX_TIMESTAMP), ColumnSpec::make("yes", CNX_BOOL)},
                  {{"007", 1, true}, {"x", 0, false}});
  const Applied done = Applier("Cast", {{"spec", "n:int8,at:string,yes:int8"}}).apply(rows.raw());
  EXPECT_THAT(done.lines, ElementsAre("n=7 at=1970-01-01T00:00:00.000001Z yes=1"));
  EXPECT_THAT(done.dead, ElementsAre("1 n n: is no number"));
}

TEST(Cast, RefusesWhatCannotBe) {
  EXPECT_THAT(refusal("Cast", {{"spec", "id:json"}}), HasSubstr("spec: 'id': what is no JSON"));
  EXPECT_THAT(applied("Cast", {{"spec", "ID:string"}}).error, HasSubstr("spec: the rows have no column 'ID'"));
  const Rows rows({ColumnSpec::make("written", CNX_WRITE_TIME)}, {{kNull}});
  EXPECT_THAT(Applier("Cast", {{"spec", "written:string"}}).apply(rows.raw()).error, HasSubstr("has no values"));
}

TEST(FilterRows, DropsWhatComparesAsTold) {
  const Applied cheap = applied("filter-rows", {{"field", "price"}, {"is", "lt"}, {"value", "2"}});
  EXPECT_THAT(cheap.lines, ElementsAre("id=2 name=NULL price=12.50", "id=3 name=c price=NULL"));
  EXPECT_THAT(cheap.filtered, ElementsAre("0 price lt"));
  EXPECT_THAT(applied("filter-rows", {{"field", "name"}, {"is", "eq"}, {"value", "c"}, {"negate", "true"}}).lines,
              ElementsAre("id=3 name=c price=NULL"));
  EXPECT_THAT(applied("filter-rows", {{"field", "name"}, {"is", "null"}}).filtered, ElementsAre("0 name null"));
  EXPECT_THAT(applied("filter-rows", {{"field", "id"}, {"is", "ge"}, {"value", "1"}}).filtered,
              ElementsAre("0 id ge", "0 id ge", "1 id ge"));
}

TEST(FilterRows, RefusesValuesOfAnotherType) {
  EXPECT_EQ(applied("filter-rows", {{"field", "price"}, {"is", "eq"}, {"value", "x"}}).error,
            "value: for column 'price' it is no number");
  EXPECT_THAT(refusal("filter-rows", {{"field", "id"}, {"is", "eq"}}), HasSubstr("value: eq needs one"));
  EXPECT_THAT(refusal("filter-rows", {{"field", "id"}, {"is", "null"}, {"value", "1"}}), HasSubstr("leave it out"));
}

}  // namespace
}  // namespace cnx::std_transforms::test
