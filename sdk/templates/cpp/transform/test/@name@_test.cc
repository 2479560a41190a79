#include "@name@.h"

#include "cnx/testing/batches.hpp"
#include "cnx/testing/check.hpp"
#include "cnx/testing/config.hpp"
#include "cnx/testing/fake_host.hpp"

namespace {

using cnx::testing::CollectedOutput;
using cnx::testing::Records;
using cnx::testing::TestRecord;

void apply(const Records& in, CollectedOutput& out) {
  const cnx::testing::FakeHost host;
  const auto transform = @Class@::create(host.host(), cnx::testing::config_of<@Class@>({{"max.bytes", "3"}}));
  cnx::Output output = out.output();
  CNX_CHECK((*transform)->apply(in.view(), output).ok());
}

void puts_the_prefix_before_each_value() {
  CollectedOutput out;
  apply(Records({"a", "b"}), out);
  CNX_CHECK(out.batches.size() == 1);
  CNX_CHECK(cnx::view(out.batch(0).record(1).value) == "> b");
}

void names_what_it_leaves_out() {
  CollectedOutput out;
  apply(Records(std::vector<TestRecord>{{}, {"long"}}), out);
  CNX_CHECK(out.filters.size() == 1 && out.filters[0].rule == "tombstone");
  CNX_CHECK(out.rejects.size() == 1 && out.rejects[0].origin == 1);
}

}  // namespace

int main() {
  puts_the_prefix_before_each_value();
  names_what_it_leaves_out();
  return cnx::testing::checks_failed() ? 1 : 0;
}
