// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>

#include "base/clock.h"
#include "base/secrets.h"
#include "commands.h"
#include "dlq_letters.h"
#include "dlq_output.h"
#include "exit_code.h"
#include "text_table.h"

namespace cnx::host::app {
namespace {

constexpr std::size_t kMessage = 100;
constexpr std::size_t kKey = 40;
// A table is aligned as a whole; so many rows are printed as one.
constexpr std::size_t kRowsOfATable = 10'000;

void print_json(const SinkLetters& letters, bool& first) {
  for (const dlq::Letter* letter : letters.chosen) {
    fmt::print("{}{}", first ? "[\n" : ",\n", dump(letter_as_json(*letter, letters.plan->name())));
    first = false;
  }
}

void print_table(const SinkLetters& letters) {
  const std::vector<std::string> columns{"ID", "DIED (UTC)", "STATE", "STAGE", "CLASS", "WHERE", "KEY", "MESSAGE"};
  for (std::size_t begin = 0; begin < letters.chosen.size(); begin += kRowsOfATable) {
    TextTable table{columns, {}};
    for (std::size_t i = begin; i < std::min(begin + kRowsOfATable, letters.chosen.size()); ++i) {
      const dlq::Letter& letter = *letters.chosen[i];
      table.rows.push_back({dlq::to_string(letter.id), moment_text(letter.died_ms), dlq::name_of(letter.state),
                            std::string(letter.stage), std::string(letter.component), where_text(letter),
                            letter.key ? one_line(secrets().mask(*letter.key), kKey) : "-",
                            one_line(letter.message, kMessage)});
    }
    fmt::print("{}", render_table(table, SIZE_MAX));
  }
}

Status list(const DlqArguments& arguments, const runtime::Job& job) {
  CNX_ASSIGN(const dlq::Filter filter, dlq::Filter::parse(arguments.filters, SystemClock().now_ms()));
  CNX_ASSIGN(const auto sinks, letter_sinks(job, arguments));
  bool first = true;
  for (const runtime::ConnectorPlan* plan : sinks) {
    CNX_ASSIGN(SinkLetters letters, read_letters(*plan));
    find_states(letters);
    choose(letters, filter);
    if (arguments.json) {
      print_json(letters, first);
    } else {
      print_table(letters);
    }
    std::fflush(stdout);
    tell_left_out(letters);
    const std::size_t all = letters.index->letters().size();
    fmt::print(stderr, "{}: {} dead letter{} in {}{}, {} repeated\n", plan->name(), all, all == 1 ? "" : "s",
               letters.topic->name(),
               letters.chosen.size() == all ? "" : fmt::format(" ({} of them shown)", letters.chosen.size()),
               letters.index->repeats());
  }
  if (arguments.json) fmt::print("{}\n", first ? "[]" : "\n]");
  return {};
}

}  // namespace

int dlq_list_command(const DlqArguments& arguments) {
  const auto job = make_job(config_of(arguments), {});
  if (!job) return kExitUsage;
  const Status status = list(arguments, *job);
  return status.ok() ? kExitDone : report(status.error());
}

}  // namespace cnx::host::app
