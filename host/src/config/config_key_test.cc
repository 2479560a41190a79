// SPDX-License-Identifier: Apache-2.0
#include "config/config_key.h"

#include <gmock/gmock.h>

#include <cstring>

namespace cnx::host::config {
namespace {

cnx_str str(const char* text) { return {text, std::strlen(text)}; }

cnx_config_key abi_key(const char* name, cnx_config_type type = CNX_CONFIG_STRING, std::uint32_t flags = 0) {
  cnx_config_key key{};
  key.struct_size = sizeof key;
  key.type = type;
  key.flags = flags;
  key.name = str(name);
  return key;
}

template <class Key>
cnx_component component_of(const Key* keys, std::uint32_t count) {
  cnx_component component{};
  component.struct_size = sizeof component;
  component.kind = CNX_SINK;
  component.name = str("my-sink");
  component.key_stride = sizeof(Key);
  component.key_count = count;
  component.keys = reinterpret_cast<const cnx_config_key*>(keys);
  return component;
}

TEST(TableOf, CopiesEveryMember) {
  cnx_config_key key = abi_key("batch.size", CNX_CONFIG_INT, CNX_CONFIG_HAS_RANGE | CNX_CONFIG_SECRET);
  key.default_value = str("10");
  key.unit = str("rows");
  key.min_value = 1;
  key.max_value = 20;
  key.one_of = str("10, 20");
  key.doc = str("What.");
  key.since = str("1.2");
  key.flag = str("-b,--batch");
  const auto table = table_of(component_of(&key, 1));
  ASSERT_TRUE(table.ok()) << table.error().message;
  const ConfigKey& got = table->front();
  EXPECT_EQ(got.name, "batch.size");
  EXPECT_EQ(got.type, KeyType::kInt);
  EXPECT_FALSE(got.required);
  EXPECT_TRUE(got.secret);
  EXPECT_EQ(got.default_value, "10");
  EXPECT_EQ(got.unit, "rows");
  EXPECT_EQ(got.range->min, 1);
  EXPECT_EQ(got.range->max, 20);
  EXPECT_EQ(got.one_of, (std::vector<std::string>{"10", "20"}));
  EXPECT_EQ(got.doc, "What.");
  EXPECT_EQ(got.since, "1.2");
  EXPECT_EQ(got.flag, "-b,--batch");
}

struct GrownKey {
  cnx_config_key key;
  char more[24];
};

TEST(TableOf, HeedsTheStrideOfANewerPlugin) {
  const GrownKey keys[] = {{abi_key("one"), "garbage"},
                           {abi_key("two", CNX_CONFIG_BOOL, CNX_CONFIG_REQUIRED), "garbage"}};
  const auto table = table_of(component_of(keys, 2));
  ASSERT_TRUE(table.ok()) << table.error().message;
  ASSERT_EQ(table->size(), 2u);
  EXPECT_EQ((*table)[1].name, "two");
  EXPECT_TRUE((*table)[1].required);
}

TEST(TableOf, ReadsNothingBehindStructSize) {
  cnx_config_key key = abi_key("one");
  key.struct_size = offsetof(cnx_config_key, doc);
  key.unit = str("ms");
  key.doc = {reinterpret_cast<const char*>(1), 99};  // would crash when read
  key.flag = {reinterpret_cast<const char*>(1), 99};
  const auto table = table_of(component_of(&key, 1));
  ASSERT_TRUE(table.ok()) << table.error().message;
  EXPECT_EQ(table->front().unit, "ms");
  EXPECT_EQ(table->front().doc, "");
}

std::string fault_of(cnx_config_key key) {
  const cnx_config_key keys[] = {abi_key("first"), key};
  const auto table = table_of(component_of(keys, 2));
  return table.ok() ? "" : table.error().message;
}

TEST(TableOf, RefusesABrokenTable) {
  EXPECT_EQ(fault_of(abi_key("first")), "my-sink: config key 2 (first): is declared twice");
  EXPECT_EQ(fault_of(abi_key("")), "my-sink: config key 2 (): has no name");
  EXPECT_EQ(fault_of(abi_key("x", 77)),
            "my-sink: config key 2 (x): the type 77 is not known to this host; update connect-host");
  EXPECT_EQ(fault_of(abi_key("x.**")), "my-sink: config key 2 (x.**): '**' is for the host's own keys only");
  for (const char* name : {"a b", ".a", "a.", "a..b", "a*.b", "a\nb", "\xff"})
    EXPECT_THAT(fault_of(abi_key(name)), ::testing::HasSubstr("is no name for a key")) << name;
  cnx_config_key key = abi_key("x", CNX_CONFIG_INT);
  key.default_value = str("two\nlines");
  EXPECT_EQ(fault_of(key), "my-sink: config key 2 (x): has a bad default: 'two\\nlines' is not a whole number");
  key.default_value = str("many");
  EXPECT_EQ(fault_of(key), "my-sink: config key 2 (x): has a bad default: 'many' is not a whole number");
  key = abi_key("x", CNX_CONFIG_STRING, CNX_CONFIG_REQUIRED);
  key.default_value = str("y");
  EXPECT_EQ(fault_of(key), "my-sink: config key 2 (x): is required and has a default");
  key.struct_size = 8;
  EXPECT_EQ(fault_of(key), "my-sink: config key 2: the table's entry is too short");
}

ConfigKey named(const std::string& name) {
  ConfigKey key;
  key.name = name;
  return key;
}

TEST(FindKey, TakesTheMostExactOne) {
  const ConfigTable table{named("a.**"), named("a.*.x"), named("a.b.x"), named("c")};
  EXPECT_EQ(find_key(table, "a.b.x"), &table[2]);
  EXPECT_EQ(find_key(table, "a.q.x"), &table[1]);
  EXPECT_EQ(find_key(table, "a.q.y.z"), &table[0]);
  EXPECT_EQ(find_key(table, "a"), nullptr);
  EXPECT_EQ(find_key(table, "a..x"), nullptr);
  EXPECT_EQ(find_key(table, "c.d"), nullptr);
}

TEST(Fits, TellsWhatTheStarStandsFor) {
  std::string bound;
  EXPECT_TRUE(fits(named("accounts.*.client.id"), "accounts.eu.client.id", &bound));
  EXPECT_EQ(bound, "eu");
  EXPECT_FALSE(fits(named("accounts.*.client.id"), "accounts.eu.client"));
  EXPECT_FALSE(fits(named("accounts.*.client.id"), "accounts.e.u.client.id"));
}

std::string canon(ConfigKey key, const std::string& text) {
  const Canonical value = canonical(key, text);
  return value.fault ? value.fault->cause + "; " + value.fault->mend : value.text;
}

TEST(CanonicalValue, OfIntIsDecimal) {
  ConfigKey key = named("k");
  key.type = KeyType::kInt;
  EXPECT_EQ(canon(key, "010"), "10");
  EXPECT_EQ(canon(key, " -5 "), "-5");
  EXPECT_EQ(canon(key, "1e3"), "'1e3' is not a whole number; write decimal digits");
  EXPECT_EQ(canon(key, ""), "'' is not a whole number; write decimal digits");
  key.unit = "ms";
  EXPECT_EQ(canon(key, "1 s"), "'1 s' is not a whole number; write decimal digits; the unit is ms");
  key.range = Range{1, 100};
  EXPECT_EQ(canon(key, "0"), "'0' is outside 1 … 100 ms; choose a number in that range");
  key.range = Range{1, INT64_MAX};
  EXPECT_EQ(canon(key, "0"), "'0' is less than 1 ms; raise it");
}

TEST(CanonicalValue, OfBoolIsTrueOrFalseOnly) {
  ConfigKey key = named("k");
  key.type = KeyType::kBool;
  EXPECT_EQ(canon(key, "true"), "true");
  for (const char* bad : {"yes", "True", "1", "on"}) {
    EXPECT_EQ(canon(key, bad), "'" + std::string(bad) + "' is neither true nor false; write true or false");
  }
}

TEST(CanonicalValue, OfListIsJoinedBySingleCommas) {
  ConfigKey key = named("k");
  key.type = KeyType::kList;
  EXPECT_EQ(canon(key, " a , b c,,d "), "a,b c,d");
  key.one_of = {"insert", "upsert"};
  EXPECT_EQ(canon(key, "insert,upsrt"), "'upsrt' is none of insert, upsert; did you mean 'upsert'?");
  EXPECT_EQ(canon(key, "nothing"), "'nothing' is none of insert, upsert; ");
}

TEST(CanonicalValue, OfARequiredKeyIsNotEmpty) {
  ConfigKey key = named("k");
  key.required = true;
  EXPECT_EQ(canon(key, " "), "is empty; give it a value");
  key.required = false;
  EXPECT_EQ(canon(key, " "), " ");
}

TEST(CanonicalValue, OfASecretIsNeverQuoted) {
  ConfigKey key = named("k");
  key.secret = true;
  key.type = KeyType::kInt;
  EXPECT_EQ(canon(key, "hunter2"), "the value is not a whole number; write decimal digits");
}

}  // namespace
}  // namespace cnx::host::config
