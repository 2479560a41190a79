// SPDX-License-Identifier: Apache-2.0
//
// What people are told about files that are no good plugins, by real files in real directories.
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "plugin/loader.h"
#include "plugin/registry.h"

namespace cnx::host::plugin {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::string refusal(const std::string& path) {
  const auto plugin = load_plugin(path);
  if (plugin.ok()) return "";
  EXPECT_EQ(plugin.error().action, Action::kConfig);
  const std::string prefix = path + ": ";
  EXPECT_THAT(plugin.error().message, StartsWith(prefix));
  return plugin.error().message.substr(std::min(prefix.size(), plugin.error().message.size()));
}
std::string bad(const std::string& name) { return std::string(BAD_PLUGIN_DIR "/") + name + ".so"; }

TEST(LoadPlugin, ThatIsNotThere) {
  EXPECT_EQ(refusal("/nowhere/at-all.so"),
            "cannot be loaded: cannot open shared object file: No such file or directory; mend the file or take it out "
            "of the "
            "directory");
}

TEST(LoadPlugin, WithoutTheSymbol) {
  EXPECT_EQ(refusal(bad("no_symbol")),
            "has no symbol cnx_plugin_v1, so it is no connect-host plugin; export one with CNX_PLUGIN(), or take the "
            "file out of "
            "the directory");
}

TEST(LoadPlugin, WithAnUndefinedSymbol) {
  EXPECT_EQ(refusal(bad("undefined_symbol")),
            "cannot be loaded: undefined symbol: nobody_defines_this; link the library that has it: cnx_add_plugin() "
            "refuses such "
            "a build");
}

TEST(LoadPlugin, WithAMissingDependency) {
  const std::string path = bad("missing_dependency");
  EXPECT_EQ(refusal(path),
            "cannot be loaded: libcnx-absent.so: cannot open shared object file: No such file or directory; install "
            "the package "
            "that has libcnx-absent.so (ldd " +
                path + " shows all that is missing)");
}

TEST(LoadPlugin, WithAnotherMagic) {
  EXPECT_EQ(refusal(bad("wrong_magic")),
            "cnx_plugin_v1 begins with the magic 0x0badc0de where 0x31584e43 is due: it is no plugin table; build it "
            "anew against "
            "the headers of the SDK, with CNX_PLUGIN() and cnx_add_plugin()");
}

TEST(LoadPlugin, OfAnotherAbi) {
  EXPECT_EQ(refusal(bad("other_abi")),
            "the plugin works with ABI 7.0 to 7.3, this connect-host with ABI 1.0 to 1.0; use a newer connect-host or "
            "an older "
            "plugin");
}

TEST(LoadPlugin, WithoutAFunction) {
  EXPECT_EQ(refusal(bad("missing_function")),
            "component 'hollow' has no function 'create'; build it anew against the headers of the SDK, with "
            "CNX_PLUGIN() and "
            "cnx_add_plugin()");
}

/// A directory of plugins of its own for each test.
class Registry : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = fs::temp_directory_path() / ("registry-" + std::to_string(::getpid()) + "-" +
                                              ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(directory_);
    fs::create_directories(directory_);
    ::chmod(directory_.c_str(), 0755);
  }
  void TearDown() override { fs::remove_all(directory_); }

  void put(const std::string& from, const std::string& name) { fs::copy_file(from, directory_ / name); }
  void put_example(const std::string& name) { put(EXAMPLE_PLUGIN_DIR "/" + name, name); }
  PluginRegistry scan(const std::vector<std::string>& wanted = {}) const {
    return PluginRegistry::scan({directory_.string()}, wanted);
  }
  static std::vector<std::string> messages(const PluginRegistry& registry) {
    std::vector<std::string> messages;
    for (const auto& warning : registry.warnings()) messages.push_back(warning.message);
    return messages;
  }
  fs::path directory_;
};

TEST_F(Registry, FindsComponentsByKindAndName) {
  put_example("file-source.so");
  put_example("stdout-sink.so");
  const PluginRegistry registry = scan();
  EXPECT_THAT(messages(registry), IsEmpty());
  EXPECT_EQ(registry.plugins().size(), 2u);
  ASSERT_TRUE(registry.find(Kind::kSource, "file-source").ok());
  EXPECT_EQ(registry.find_connector("stdout-sink").value()->kind, Kind::kSink);
  EXPECT_EQ(registry.find_connector("file-source").value()->origin.path, (directory_ / "file-source.so").string());
}

TEST_F(Registry, ASlipOfTheKeyIsAnsweredWithTheNameThatWasMeant) {
  put_example("file-source.so");
  put_example("stdout-sink.so");
  const auto found = scan().find_connector("file-sorce");
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().message, "no plugin has a source or sink called 'file-sorce'; did you mean 'file-source'? (" +
                                       directory_.string() + " has: file-source, stdout-rows-sink, stdout-sink)");
}

TEST_F(Registry, AComponentOfAnotherKindIsPointedOut) {
  put_example("stdout-sink.so");
  EXPECT_THAT(scan().find(Kind::kTransform, "stdout-sink").error().message,
              HasSubstr("'stdout-sink' is a sink, not a transform; sources and sinks are named by connector.class"));
}

TEST_F(Registry, AnEmptyDirectoryIsToldWithTheKeyToSet) {
  EXPECT_EQ(scan().find_connector("x").error().message, "no plugin has a source or sink called 'x'; there is none in " +
                                                            directory_.string() + "; set worker.plugin.path");
}

TEST_F(Registry, ABadFileIsAWarningAndTheOthersLoad) {
  std::ofstream(directory_ / "garbage.so") << "this is no library";
  std::ofstream(directory_ / "notes.txt") << "not looked at";
  put_example("file-source.so");
  const PluginRegistry registry = scan();
  EXPECT_THAT(messages(registry),
              ElementsAre(HasSubstr("garbage.so: cannot be loaded: file too short; it is no shared library for this "
                                    "machine: build it with cnx_add_plugin() or take it out of the directory")));
  EXPECT_TRUE(registry.warnings()[0].not_loaded);
  EXPECT_TRUE(registry.find_connector("file-source").ok());
}

TEST_F(Registry, ABadFileIsTheErrorOfWhoNeedsIt) {
  std::ofstream(directory_ / "mysql-sink.so") << std::string(1000, 'x');
  put_example("file-source.so");
  EXPECT_THAT(scan().find_connector("mysql-sink").error().message,
              AllOf(StartsWith("no plugin has a source or sink called 'mysql-sink': " +
                               (directory_ / "mysql-sink.so").string()),
                    HasSubstr("invalid ELF header")));
}

TEST_F(Registry, ADanglingLinkIsToldAsOne) {
  fs::create_symlink("/nowhere/x.so", directory_ / "x.so");
  EXPECT_THAT(messages(scan()), ElementsAre(HasSubstr("x.so: cannot be read: No such file or directory")));
}

TEST_F(Registry, OneNameInTwoFilesIsRefusedNamingBoth) {
  put(bad("twin"), "a.so");
  put(bad("other_twin"), "b.so");
  put_example("file-source.so");
  const PluginRegistry registry = scan();
  EXPECT_EQ(registry.find_connector("twin").error().message,
            "two plugins have a source or sink called 'twin': " + (directory_ / "a.so").string() + " and " +
                (directory_ / "b.so").string() + "; take one of them out of plugin.path");
  EXPECT_TRUE(registry.find_connector("file-source").ok());
}

TEST_F(Registry, AFileNamedAsWhatIsWantedSparesTheOthersUntilSomebodyAsksForThem) {
  std::ofstream(directory_ / "garbage.so") << "this is no library";
  put_example("file-source.so");
  put_example("stdout-sink.so");
  const PluginRegistry registry = scan({"file-source"});
  EXPECT_TRUE(registry.find_connector("file-source").ok());
  EXPECT_THAT(messages(registry), IsEmpty()) << "the others were loaded";
  EXPECT_TRUE(registry.find_connector("stdout-rows-sink").ok());
  EXPECT_THAT(messages(registry), ElementsAre(HasSubstr("garbage.so")));
  EXPECT_EQ(registry.plugins().size(), 2u);
}

TEST_F(Registry, AFileNamedAsWhatIsWantedComesBeforeATwinWhichIsToldWhenItIsLoaded) {
  put(bad("other_twin"), "a.so");
  put(bad("twin"), "twin.so");
  const PluginRegistry registry = scan({"twin"});
  EXPECT_EQ(registry.find_connector("twin").value()->origin.path, (directory_ / "twin.so").string());
  EXPECT_EQ(registry.plugins().size(), 2u);
  EXPECT_THAT(messages(registry),
              ElementsAre(AllOf(HasSubstr((directory_ / "twin.so").string() + " and " + (directory_ / "a.so").string()),
                                HasSubstr("take the other one out"))));
}

TEST_F(Registry, OfTwinsTheOneInAFileOfItsNameIsTakenWhateverElseIsWantedOrLoaded) {
  put(bad("other_twin"), "a.so");
  put(bad("twin"), "twin.so");
  for (const std::vector<std::string>& wanted : {std::vector<std::string>{"twin"}, {"a"}, {"a", "twin"}, {}}) {
    const PluginRegistry registry = scan(wanted);
    const auto before = registry.find_connector("twin");
    ASSERT_TRUE(before.ok()) << before.error().message;
    EXPECT_EQ((*before)->origin.path, (directory_ / "twin.so").string());
    static_cast<void>(registry.plugins());
    const auto after = registry.find_connector("twin");
    ASSERT_TRUE(after.ok()) << after.error().message;
    EXPECT_EQ(*after, *before);
    EXPECT_THAT(messages(registry), ElementsAre(HasSubstr("two plugins have a sink called 'twin'")));
  }
}

TEST_F(Registry, TwoFilesNamedAsWhatIsWantedAreRefusedNamingBoth) {
  fs::create_directories(directory_ / "more");
  ::chmod((directory_ / "more").c_str(), 0755);
  put(bad("twin"), "twin.so");
  put(bad("other_twin"), "more/twin.so");
  const std::vector<std::string> wanted = {"twin"};
  const auto registry = PluginRegistry::scan({directory_.string(), (directory_ / "more").string()}, wanted);
  EXPECT_THAT(registry.find_connector("twin").error().message, HasSubstr("two plugins have a source or sink"));
}

TEST_F(Registry, TheSameFileMetTwiceIsOne) {
  put_example("file-source.so");
  fs::create_symlink(directory_ / "file-source.so", directory_ / "link.so");
  const PluginRegistry registry = PluginRegistry::scan({directory_.string(), directory_.string() + "/."});
  EXPECT_EQ(registry.plugins().size(), 1u);
  EXPECT_TRUE(registry.find_connector("file-source").ok());
}

TEST_F(Registry, LoadsNothingThatEverybodyMayWrite) {
  put_example("file-source.so");
  put_example("stdout-sink.so");
  const std::string file = directory_ / "file-source.so";
  ::chmod(file.c_str(), 0666);
  const PluginRegistry registry = scan();
  EXPECT_THAT(messages(registry), ElementsAre(file + ": not loaded: everybody may write to " + file +
                                              "; take the right away: chmod o-w " + file));
  EXPECT_TRUE(registry.find_connector("stdout-sink").ok());
  const auto refused = registry.find_connector("file-source");
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("chmod o-w"));
}

TEST_F(Registry, LoadsNothingFromWhereEverybodyMayWrite) {
  put_example("file-source.so");
  for (const mode_t rights : {0777, 01777}) {  // sticky or not: everybody may add a plugin
    ::chmod(directory_.c_str(), rights);
    const PluginRegistry registry = scan();
    EXPECT_THAT(messages(registry),
                ElementsAre(StartsWith(directory_.string() + ": no plugins from here: everybody may write to")));
    EXPECT_TRUE(registry.plugins().empty());
    EXPECT_THAT(registry.find_connector("file-source").error().message, HasSubstr("chmod o-w " + directory_.string()));
  }
}

TEST_F(Registry, ADirectoryThatIsNamedHasToBeThere) {
  const PluginRegistry registry = PluginRegistry::scan({directory_.string() + "/missing"});
  EXPECT_THAT(messages(registry),
              ElementsAre(EndsWith("/missing: no plugins from here: No such file or directory; mend "
                                   "worker.plugin.path")));
}

TEST(RegistryDefaultPath, IsBesideTheExecutable) {
  const auto path = PluginRegistry::default_path();
  ASSERT_EQ(path.size(), 2u);
  const fs::path exe = fs::read_symlink("/proc/self/exe");
  EXPECT_EQ(path[0], (exe.parent_path().parent_path() / "plugins").string());
  EXPECT_THAT(path[1], EndsWith("/lib/connect-host/plugins"));
}

}  // namespace
}  // namespace cnx::host::plugin
