#include "@name@.h"

#include "cnx/testing/check.hpp"
#include "cnx/testing/config.hpp"
#include "cnx/testing/fake_host.hpp"

namespace {

std::unique_ptr<@Class@> make(const cnx::testing::FakeHost& host) {
  return std::move(*@Class@::create(host.host(), cnx::testing::config_of<@Class@>({{"topic", "t"}, {"count", "3"}})));
}

void sends_all_numbers_and_ends() {
  const cnx::testing::FakeHost host;
  const auto source = make(host);
  CNX_CHECK(source->start({}).ok());
  cnx::RecordBatch batch;
  const auto more = source->poll(0, batch);
  CNX_CHECK(more.ok());
  CNX_CHECK(!more.value());
  CNX_CHECK(batch.size() == 3);
  CNX_CHECK(batch.position_count() == 1);
}

void goes_on_from_its_position() {
  const cnx::testing::FakeHost host;
  const auto source = make(host);
  cnx::SourceStart from;
  from.positions = {{"next", "2", "count:3"}};
  CNX_CHECK(source->start(from).ok());
  cnx::RecordBatch batch;
  CNX_CHECK(source->poll(0, batch).ok());
  CNX_CHECK(batch.size() == 1);
}

void a_cancel_ends_it() {
  const cnx::testing::FakeHost host;
  const auto source = make(host);
  CNX_CHECK(source->start({}).ok());
  source->cancel();
  cnx::RecordBatch batch;
  CNX_CHECK(!source->poll(0, batch).ok());
}

}  // namespace

int main() {
  sends_all_numbers_and_ends();
  goes_on_from_its_position();
  a_cancel_ends_it();
  return cnx::testing::checks_failed() ? 1 : 0;
}
