// SPDX-License-Identifier: Apache-2.0
#include "error_rules.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cnx::mysql {
namespace {

// What servers really answer, by what it is about.
TEST(ErrorRules, SayWhatToDoNext) {
  const struct {
    const char* about;
    Action action;
    std::vector<unsigned> codes;
  } expected[] = {
      {"connection",
       Action::kRetry,
       {2001, 2002, 2003, 2004, 2005, 2006, 2012, 2013, 2014, 2027, 2055, 1042, 1043, 9001}},
      {"connection ended by the server", Action::kRetry, {1053, 1077, 1079, 1080, 1152, 1158, 1159, 1160, 1161, 1184}},
      {"killed, idle or too slow", Action::kRetry, {1317, 1927, 1969, 3024, 3169, 4031}},
      {"too many connections or other resources", Action::kRetry, {1040, 1129, 1135, 1203, 1226, 1461, 1637}},
      {"locks", Action::kRetry, {1205, 1206, 1213, 1223, 3572, 3985}},
      {"commit", Action::kRetry, {1180, 1181, 1534, 1598, 1964, 3100, 3101}},
      {"read-only", Action::kRetry, {1036, 1290, 1792, 1836, 1874, 3032, 3989}},
      {"full disk or memory", Action::kRetry, {3, 20, 28, 1021, 1026, 1030, 1037, 1038, 1041, 1114, 3015, 3019, 3675}},
      {"damage", Action::kRetry, {1034, 1194, 1712, 1812, 1877}},
      {"cluster", Action::kRetry, {1047, 3168, 3781, 3782, 4094}},
      {"statement or table changed meanwhile", Action::kRetry, {1020, 1050, 1060, 1243, 1412, 1615}},
      {"rights", Action::kAuth, {1044, 1045, 1130, 1142, 1143, 1227, 1370, 1698, 1820, 1862, 2061, 3118, 3879, 4151}},
      {"table or database gone or other",
       Action::kConfig,
       {1046, 1049, 1054, 1058, 1136, 1146, 1364, 1288, 1471, 1906, 3105}},
      {"triggers and views that cannot work", Action::kConfig, {1305, 1356, 1442, 1449}},
      {"server's settings", Action::kConfig, {1193, 1197, 1231, 1665, 1705, 1785, 3098, 3159, 4033}},
      {"login that cannot work", Action::kConfig, {1251, 1275, 2026, 2049, 2059, 5012}},
      {"nulls", Action::kRecord, {1048, 1138, 1263}},
      {"values",
       Action::kRecord,
       {1264, 1265, 1292, 1299, 1300, 1365, 1366, 1367, 1406, 1411, 1416, 1690, 1916, 1977, 3854}},
      {"JSON", Action::kRecord, {3069, 3140, 3141, 3150, 3151, 3156, 3157, 3903, 3907}},
      {"constraints", Action::kRecord, {1022, 1062, 1169, 1216, 1217, 1451, 1452, 1526, 1586, 1761, 1859, 3819, 4025}},
      {"triggers that refuse a row", Action::kRecord, {1644}},
      {"size of a row", Action::kRecord, {1118, 1153, 1713}},
      {"programming errors", Action::kFatal, {1064, 2030, 2031, 2034, 2036, 2058}},
  };
  for (const auto& [about, action, codes] : expected)
    for (const unsigned code : codes)
      EXPECT_STREQ(name_of(rule_for(code, "HY000").action), name_of(action)) << code << ", " << about;
}

TEST(ErrorRules, GoBySqlstateClassWhereTheNumberIsNotKnown) {
  const struct {
    const char* sqlstate;
    Action action;
  } expected[] = {{"08S01", Action::kRetry},  {"40001", Action::kRetry},  {"70100", Action::kRetry},
                  {"22001", Action::kRecord}, {"23000", Action::kRecord}, {"45000", Action::kRecord},
                  {"28000", Action::kAuth},   {"42000", Action::kConfig}, {"42S02", Action::kConfig},
                  {"21S01", Action::kConfig}, {"3D000", Action::kConfig}};
  for (const auto& [sqlstate, action] : expected)
    EXPECT_STREQ(name_of(rule_for(7777, sqlstate).action), name_of(action)) << sqlstate;
}

TEST(ErrorRules, PreferTheNumberToTheClass) {
  EXPECT_EQ(rule_for(1203, "42000").action, Action::kRetry) << "too many connections, not a wrong statement";
  EXPECT_EQ(rule_for(1226, "42000").action, Action::kRetry);
  EXPECT_EQ(rule_for(1142, "42000").action, Action::kAuth);
  EXPECT_EQ(rule_for(1153, "08S01").action, Action::kRecord);
}

// Otherwise an outage that nobody foresaw would send every record to the dead letters, or loop in silence.
TEST(ErrorRules, AnUnknownErrorIsFatal) {
  for (const char* sqlstate : {"HY000", "", "4", "0A000", "XX000"})
    EXPECT_EQ(rule_for(7777, sqlstate).action, Action::kFatal) << sqlstate;
}

TEST(ErrorRules, AnUnknownErrorOfTheMachineOrTheClientLibraryIsWorthARetry) {
  for (const unsigned code : {1u, 12u, 999u, 2000u, 2999u})
    EXPECT_EQ(rule_for(code, "HY000").action, Action::kRetry) << code;
}

TEST(ErrorRules, EveryErrorThatDoesNotPassByItselfSaysWhatMendsIt) {
  for (const ErrorRule& rule : all_rules()) {
    EXPECT_STRNE(rule.reason, "") << rule.code;
    EXPECT_TRUE(rule.action == Action::kRetry || *rule.mend != '\0') << rule.code;
  }
  for (const unsigned code :
       {3u, 1021u, 1026u, 1030u, 1036u, 1040u, 1114u, 1180u, 1290u, 1792u, 1836u, 1874u, 3675u, 3989u})
    EXPECT_STRNE(rule_for(code, "HY000").mend, "") << code << ": nobody but a person can end it";
}

}  // namespace
}  // namespace cnx::mysql
