// SPDX-License-Identifier: Apache-2.0
#include "cnx/testing/conformance.hpp"

#include <gmock/gmock.h>

#include <latch>

#include "cnx/testing/kit/instance.hpp"
#include "test_components.hpp"

namespace cnx::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

cnx_plugin plugin_of(const cnx_component& component) {
  return {sizeof(cnx_plugin), CNX_PLUGIN_MAGIC,      CNX_ABI_1_0, CNX_ABI_CURRENT, str("p"),
          str("1.0.0"),       sizeof(cnx_component), 1,           &component};
}

TEST(Conformance, FindsNothingWrongWithAGoodPlugin) {
  const cnx_component component = transform<AwkwardTransform>();
  EXPECT_THAT(check_tables(plugin_of(component)), IsEmpty());
  EXPECT_THAT(check_lifecycle(component, {}), IsEmpty());
}

TEST(Conformance, FindsFaultsOfAConfigTable) {
  const Key keys[] = {Key::integer("size", "").with_default("many"), Key::integer("size", "d").range(5, 1),
                      Key::string("secret", "d").secret().with_default("x"), Key::boolean("b", "d").with_default("yes"),
                      Key::string("f", "d").with_flag("x")};
  cnx_component component = transform<AwkwardTransform>();
  component.keys = keys;
  component.key_count = 5;
  const Faults faults = check_tables(plugin_of(component));
  for (const char* fault :
       {"no doc", "no whole number", "twice", "empty range", "secret with a default", "no bool", "begin with '-'"}) {
    EXPECT_THAT(faults, Contains(HasSubstr(fault)));
  }
}

TEST(Conformance, FindsACreateThatFails) {
  EXPECT_THAT(check_lifecycle(transform<AwkwardTransform>(), {{"create", "throw"}}), Contains(HasSubstr("it broke")));
}

TEST(Conformance, ALibraryOfManySymbolsIsNoPlugin) {
  const Faults faults = check_symbols("/proc/self/exe");
  EXPECT_THAT(faults, Contains(HasSubstr("does not export cnx_plugin_v1")));
}

TEST(ThreadsAbove, AreThoseThatRunAndNoneThatWasJoined) {
  constexpr std::size_t kBefore = 1;  // this one
  for (int i = 0; i < 500; ++i) {
    std::thread([] {}).join();
    ASSERT_EQ(kit::threads_above(kBefore), 0u) << i;
  }
  std::latch done(1);
  std::thread running([&] { done.wait(); });
  EXPECT_EQ(kit::threads_above(kBefore), 1u);
  done.count_down();
  running.join();
}

TEST(ExportedSymbols, RefusesWhatIsNoLibrary) {
  EXPECT_THROW((void)exported_symbols("/proc/self/cmdline"), std::runtime_error);
  EXPECT_THROW((void)exported_symbols("/nonexistent"), std::runtime_error);
}

}  // namespace
}  // namespace cnx::testing
