// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "new_plugin_templates.h"

namespace cnx::host::app {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(NewPlugin, TakesNamesThatFilesClassesAndConfigurationsCanBear) {
  EXPECT_THAT(name_fault("a"), IsEmpty());
  EXPECT_THAT(name_fault("order-mask2"), IsEmpty());
}

TEST(NewPlugin, RefusesOtherNamesAndSaysWhy) {
  EXPECT_THAT(name_fault(""), HasSubstr("1 to 60 characters"));
  EXPECT_THAT(name_fault(std::string(61, 'a')), HasSubstr("1 to 60 characters"));
  EXPECT_THAT(name_fault("2nd"), HasSubstr("begins with a small letter"));
  EXPECT_THAT(name_fault("a-"), HasSubstr("between two parts"));
  EXPECT_THAT(name_fault("a--b"), HasSubstr("between two parts"));
  EXPECT_THAT(name_fault("../a"), Not(IsEmpty()));
  EXPECT_THAT(name_fault("a/b"), HasSubstr("'/' cannot be part of a name"));
  EXPECT_THAT(name_fault("Mask"), Not(IsEmpty()));
  EXPECT_THAT(name_fault("test"), HasSubstr("'test' means something else"));
}

TEST(NewPlugin, FillsPlaceholdersAndLeavesOtherSignsAlone) {
  const Placeholders values{{"name", "mask"}, {"Class", "Mask"}};
  EXPECT_EQ(fill("@Class@ is @name@.", values), "Mask is mask.");
  EXPECT_EQ(fill("a@b.c and @other@ and @", values), "a@b.c and @other@ and @");
  EXPECT_EQ(fill("@@name@@", values), "@mask@");
}

TEST(NewPlugin, HasATemplateForEachKindAndLanguage) {
  for (const char* language : {"cpp", "rust"}) {
    for (const char* part : {"common", "source", "transform", "sink"}) {
      const std::string root = std::string(language) + "/" + part + "/";
      bool found = false;
      for (const TemplateFile& file : templates()) found = found || file.path.starts_with(root);
      EXPECT_TRUE(found) << root;
    }
  }
}

TEST(NewPlugin, KnowsEveryPlaceholderOfItsTemplates) {
  const Placeholders values{{"name", ""},        {"Class", ""},         {"crate", ""}, {"kind", ""},
                            {"plugin_path", ""}, {"check_options", ""}, {"sdk", ""}};
  for (const TemplateFile& file : templates()) {
    EXPECT_THAT(fill(file.path, values), Not(HasSubstr("@")));
    EXPECT_THAT(fill(file.content, values), Not(HasSubstr("@"))) << file.path;
  }
}

}  // namespace
}  // namespace cnx::host::app
