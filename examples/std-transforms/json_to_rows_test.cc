// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "applied_test_support.h"
#include "cnx/testing/kit/kit.hpp"

namespace cnx::std_transforms::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Records;
using testing::TestRecord;

Applied rows_of(std::initializer_list<std::string_view> values, std::string columns, std::string unknown = "reject") {
  return Applier("json-to-rows", {{"columns", std::move(columns)}, {"unknown.keys", std::move(unknown)}})
      .apply(Records(values).raw());
}
std::string dead_of(std::string_view value, std::string columns) {
  const Applied applied = rows_of({value}, std::move(columns));
  return applied.dead.size() == 1 && applied.lines.empty() ? applied.dead[0] : "not one dead record";
}

TEST(JsonToRows, MakesARowOfEachObjectWithItsDigits) {
  EXPECT_THAT(rows_of({R"({"id":9007199254740993,"price":12.5,"name":"ä","paid":true,"ratio":0.25})",
                       R"({"name":null,"id":-1,"price":1e2})"},
                      "id:int64,name:string,price:decimal(10,2),paid:boolean,ratio:float64")
                  .lines,
              ElementsAre("id=9007199254740993 name=ä price=12.50 paid=true ratio=0.250000",
                          "id=-1 name=NULL price=100.00 paid=NULL ratio=NULL"));
}

TEST(JsonToRows, TakesNumbersFromTextsAndKeepsNumbersInTextColumns) {
  EXPECT_THAT(
      rows_of({R"({"id":"18446744073709551.60","name":1.10,"flag":false})"}, "id:decimal(18,1),name:string,flag:string")
          .lines,
      ElementsAre("id=18446744073709551.6 name=1.10 flag=false"));
}

TEST(JsonToRows, KeepsNestedValuesAsJsonAndRefusesThemElsewhere) {
  EXPECT_THAT(rows_of({R"({"a": {"x": [1.10, "ü"]}})"}, "a:json").lines, ElementsAre(R"(a={"x":[1.10,"ü"]})"));
  EXPECT_EQ(dead_of(R"({"a":{"x":1}})", "a:string"),
            "0 $.a a: is an object; make it a json column, or take it apart before");
  EXPECT_EQ(dead_of(R"({"a":[]})", "a:int64"), "0 $.a a: is an array; make it a json column, or take it apart before");
}

TEST(JsonToRows, ReadsTimesAndDates) {
  EXPECT_THAT(rows_of({R"({"at":"1970-01-01T01:00:00.001+01:00","day":"1970-02-01"})", R"({"at":1500})"},
                      "at:timestamp,day:date")
                  .lines,
              ElementsAre("at=1000 day=31", "at=1500000 day=NULL"));
  EXPECT_THAT(dead_of(R"({"at":"2026-11-23T08:00:00"})", "at:timestamp"), HasSubstr("with a zone"));
  EXPECT_THAT(dead_of(R"({"at":"2026-02-30T08:00:00Z"})", "at:timestamp"), HasSubstr("is no time"));
  EXPECT_THAT(dead_of(R"({"at":"2026-11-23T08:00:00.0001Z"})", "at:timestamp"), HasSubstr("more decimals of a second"));
  EXPECT_THAT(dead_of(R"({"day":20261123})", "day:date"), HasSubstr("is a number, the column is a date"));
}

TEST(JsonToRows, RefusesWhatAColumnCannotHold) {
  EXPECT_EQ(dead_of(R"({"id":128})", "id:int8"), "0 $.id id: is too large for the column");
  EXPECT_EQ(dead_of(R"({"id":9223372036854775808})", "id:int64"), "0 $.id id: is too large for the column");
  EXPECT_EQ(dead_of(R"({"id":1.5})", "id:int64"), "0 $.id id: is no whole number");
  EXPECT_EQ(dead_of(R"({"p":1.255})", "p:decimal(10,2)"), "0 $.p p: has more decimals than the column");
  EXPECT_EQ(dead_of(R"({"p":100})", "p:decimal(4,2)"), "0 $.p p: is too large for the column");
  EXPECT_EQ(dead_of(R"({"r":1e999})", "r:float64"), "0 $.r r: is too large, or too near to zero, for the column");
  EXPECT_EQ(dead_of(R"({"r":"nan"})", "r:float64"), "0 $.r r: is no number");
  EXPECT_EQ(dead_of(R"({"b":1})", "b:boolean"), "0 $.b b: is a number, the column is a boolean");
  EXPECT_EQ(dead_of(R"({"b":true})", "b:int64"), "0 $.b b: is a boolean, the column is none");
  EXPECT_EQ(dead_of(R"({"s":"äöü"})", "s:string(2)"), "0 $.s s: is longer than the column");
  EXPECT_THAT(rows_of({R"({"s":"äöü","id":-128})"}, "s:string(3),id:int8").lines, ElementsAre("s=äöü id=-128"));
}

TEST(JsonToRows, ABadRecordLeavesNothingBehindAndTheOthersGoOn) {
  const Applied applied = rows_of({R"({"id":1,"n":"a"})", R"({"n":"b","id":"x"})", R"({"id":3})"}, "id:int64,n:string");
  EXPECT_THAT(applied.lines, ElementsAre("id=1 n=a", "id=3 n=NULL"));
  EXPECT_THAT(applied.dead, ElementsAre("1 $.id id: is no number"));
}

TEST(JsonToRows, NamesWhatIsNoObject) {
  EXPECT_THAT(dead_of("[1]", "id:int64"), HasSubstr("is an array; json-to-rows takes one object a record"));
  EXPECT_THAT(dead_of("{\"id\":1", "id:int64"), HasSubstr("0 $ : is no JSON: "));
  EXPECT_THAT(dead_of("", "id:int64"), HasSubstr("it is empty"));
  EXPECT_THAT(dead_of(R"({"id":1,"id":2})", "id:int64"), HasSubstr("0 $.id id: stands twice"));
}

TEST(JsonToRows, AKeyThatIsNoColumnIsADeathOrLeftOut) {
  EXPECT_EQ(dead_of(R"({"id":1,"more":2})", "id:int64"),
            "0 $.more : is no column; add it to columns, or set unknown.keys: drop");
  EXPECT_THAT(rows_of({R"({"more":{"deep":2},"id":1})"}, "id:int64", "drop").lines, ElementsAre("id=1"));
}

TEST(JsonToRows, CountsTombstonesByTheirRule) {
  Applier applier("json-to-rows", {{"columns", "id:int64"}});
  const Records in(std::vector<TestRecord>{TestRecord{}, TestRecord{.value = R"({"id":1})"}});
  const Applied applied = applier.apply(in.raw());
  EXPECT_THAT(applied.filtered, ElementsAre("0 tombstone"));
  EXPECT_THAT(applied.lines, ElementsAre("id=1"));
}

TEST(JsonToRows, RefusesColumnsThatCannotBe) {
  const auto refusal = [](std::string columns) { return Applier("json-to-rows", {{"columns", columns}}).refusal(); };
  EXPECT_EQ(refusal("id"), "columns: 'id' is not written NAME:TYPE");
  EXPECT_THAT(refusal("id:varchar"), HasSubstr("columns: id: 'varchar' is no type; there are int8"));
  EXPECT_THAT(refusal("p:decimal(19,2)"),
              HasSubstr("columns: p: 'decimal(19,2)': a decimal has a PRECISION of 1 to 18"));
  EXPECT_THAT(refusal("t:timestamp(2)"), HasSubstr("0, 3 or 6 decimals"));
  EXPECT_THAT(refusal("a:int8,a:int8"), HasSubstr("names 'a' twice"));
  EXPECT_EQ(refusal("a:b:int8,p:decimal(10,2),s:string(40)"), "");
}

TEST(StdTransforms, ConformToTheContract) {
  const testing::kit::Given given{{{"columns", "id:int64,name:string"},
                                   {"exclude", "price"},
                                   {"fields", "name"},
                                   {"spec", "id:string,price:float64"},
                                   {"predicate", "RecordIsTombstone"},
                                   {"field", "id"},
                                   {"is", "eq"},
                                   {"value", "0"}},
                                  {R"({"id":1,"name":"n"})", R"({"id":2})"}};
  std::set<std::string> components;
  for (const auto& check : testing::kit::run(kPlugin, given)) {
    components.insert(check.component);
    EXPECT_THAT(check.outcome.faults, IsEmpty()) << check.component << " " << check.name;
    EXPECT_EQ(check.outcome.not_tried, "") << check.component << " " << check.name;
  }
  EXPECT_EQ(components.size(), 7u);  // and the plugin as a whole
}

}  // namespace
}  // namespace cnx::std_transforms::test
