#include "@name@.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "cnx/testing/batches.hpp"
#include "cnx/testing/check.hpp"
#include "cnx/testing/config.hpp"
#include "cnx/testing/fake_host.hpp"

namespace {

using cnx::testing::CollectedRejects;
using cnx::testing::Records;
using cnx::testing::TestRecord;

const std::string kPath = std::filesystem::temp_directory_path() / ("@name@-" + std::to_string(::getpid()));

cnx::Status write(const Records& in, CollectedRejects& rejects) {
  const cnx::testing::FakeHost host;
  const auto sink = @Class@::create(host.host(), cnx::testing::config_of<@Class@>({{"path", kPath}}));
  CNX_CHECK((*sink)->start().ok());
  const cnx::Status status = (*sink)->write(in.view(), cnx::Selection(in.raw(), {nullptr, 0}), rejects.sink());
  CNX_CHECK((*sink)->flush().ok());
  return status;
}

std::string content() {
  std::ifstream file(kPath);
  return {std::istreambuf_iterator<char>(file), {}};
}

void appends_a_line_for_each_value() {
  CollectedRejects rejects;
  CNX_CHECK(write(Records({"a", "b"}), rejects).ok());
  CNX_CHECK(content() == "a\nb\n");
}

void names_a_record_without_a_value() {
  CollectedRejects rejects;
  CNX_CHECK(!write(Records(std::vector<TestRecord>{{"c"}, {}}), rejects).ok());
  CNX_CHECK(rejects.rejects.size() == 1 && rejects.rejects[0].row == 1);
}

}  // namespace

int main() {
  appends_a_line_for_each_value();
  names_a_record_without_a_value();
  std::filesystem::remove(kPath);
  return cnx::testing::checks_failed() ? 1 : 0;
}
