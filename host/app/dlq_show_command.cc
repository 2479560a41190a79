// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>

#include "base/secrets.h"
#include "base/strings.h"
#include "commands.h"
#include "dlq_letters.h"
#include "dlq_output.h"
#include "errors/dead_letter.h"
#include "exit_code.h"

namespace cnx::host::app {
namespace {

std::string what_to_do(const dlq::Letter& letter, const DlqArguments& arguments, const std::string& connector) {
  switch (letter.state) {
    case dlq::State::kReplayed:
      return "nothing: a replay has written it";
    case dlq::State::kDiscarded:
      return "nothing: it was discarded";
    case dlq::State::kSettled:
      return "nothing: the record was read again since, and what became of it then counts";
    default:
      break;
  }
  const std::string cause =
      letter.stage == "TRANSFORMATION"
          ? fmt::format("mend the transform or its options{}, or have the sender send the record anew",
                        letter.column.empty() ? "" : fmt::format(" (column `{}`)", letter.column))
      : !letter.column.empty() ? fmt::format("mend column `{}` of the table (or the transform)", letter.column)
                               : "mend the table that refused it";
  return fmt::format(
      "{}; then: connect-host dlq replay {} --connector {} --filter id={}{}; or never write it: dlq discard", cause,
      join(arguments.config.files, " "), connector, dlq::to_string(letter.id),
      letter.key ? "" : " --unverified (it has no key, so nobody can tell whether a later version was written)");
}

std::string header_line(const std::pair<std::string, std::optional<std::string>>& header) {
  return fmt::format("{}: {}", escape_line(header.first),
                     header.second ? escape_line(secrets().mask(*header.second)) : "NULL");
}

void print(const dlq::Letter& letter, const dlq::StoredLetter& stored, const DlqArguments& arguments,
           const SinkLetters& letters) {
  const std::string& connector = letters.plan->name();
  fmt::print("{}\n", dlq::to_string(letter.id));
  fmt::print("  died        {} UTC, connector {}\n", moment_text(letter.died_ms), connector);
  fmt::print("  state       {}\n", dlq::name_of(letter.state));
  fmt::print("  refused by  {} ({})\n", letter.component, letter.stage);
  if (!letter.path.empty()) fmt::print("  path        {}\n", escape_line(letter.path));
  if (!letter.column.empty()) fmt::print("  column      {}\n", escape_line(letter.column));
  if (letter.row > 0) fmt::print("  row         {} of those made of the record\n", letter.row);
  if (letter.native_code != 0) fmt::print("  code        {}\n", letter.native_code);
  fmt::print("  key         {}\n", stored.key ? escape_line(secrets().mask(*stored.key)) : "NULL");
  fmt::print("  timestamp   {} UTC\n", moment_text(letter.id.timestamp_ms));
  fmt::print("  letter      {}[{}] offset {}, {} further cop{}\n", letters.topic->name(), letter.place.partition,
             letter.place.offset, letter.repeats, letter.repeats == 1 ? "y" : "ies");
  fmt::print("  what to do  {}\n", what_to_do(letter, arguments, connector));
  fmt::print("\nheaders\n");
  for (const auto& header : stored.headers) fmt::print("  {}\n", header_line(header));
  if (!stored.value) {
    fmt::print("\nvalue: NULL\n");
  } else {
    fmt::print("\nvalue ({} bytes)\n{}\n", stored.value->size(), value_text(*stored.value));
  }
}

OrderedJson as_json(const dlq::Letter& letter, const dlq::StoredLetter& stored, const DlqArguments& arguments,
                    const std::string& connector) {
  OrderedJson json = letter_as_json(letter, connector);
  const auto masked = [](const std::optional<std::string>& text) {
    return text ? OrderedJson(secrets().mask(*text)) : OrderedJson(nullptr);
  };
  json["headers"] = OrderedJson::array();
  for (const auto& [name, value] : stored.headers) {
    if (name == "__connect.errors.exception.message") json["message"] = masked(value);  // whole
    json["headers"].push_back({{"name", name}, {"value", masked(value)}});
  }
  json["value"] = masked(stored.value);
  json["what_to_do"] = what_to_do(letter, arguments, connector);
  return json;
}

Status show_one(const dlq::Letter& letter, SinkLetters& letters, const DlqArguments& arguments) {
  const dlq::Place places[] = {letter.place};
  CNX_ASSIGN(const auto fetched, letters.topic->fetch(places, 1));
  if (fetched[0].state != dlq::Fetched::kThere) {
    return retry_error(fmt::format("{}: the letter left {} while it was read (retention)", dlq::to_string(letter.id),
                                   letters.topic->name()));
  }
  if (arguments.json) {
    fmt::print("{}\n", as_json(letter, fetched[0].letter, arguments, letters.plan->name())
                           .dump(2, ' ', false, OrderedJson::error_handler_t::replace));
  } else {
    print(letter, fetched[0].letter, arguments, letters);
  }
  return {};
}

Status show(const DlqArguments& arguments, const runtime::Job& job) {
  CNX_ASSIGN(const dlq::LetterId id, dlq::parse_id(arguments.id));
  CNX_ASSIGN(const auto sinks, letter_sinks(job, arguments));
  std::size_t found = 0;
  std::string topics;
  for (const runtime::ConnectorPlan* plan : sinks) {
    CNX_ASSIGN(SinkLetters letters, read_letters(*plan));
    find_states(letters);
    topics += (topics.empty() ? "" : ", ") + letters.topic->name();
    for (const dlq::Letter& letter : letters.index->letters()) {
      // Records of a topic that was made anew may share one place: all of them are shown.
      if (letter.id.topic != id.topic || letter.id.partition != id.partition || letter.id.offset != id.offset) continue;
      if (found++ > 0 && !arguments.json) fmt::print("\n");
      CNX_TRY(show_one(letter, letters, arguments));
    }
  }
  if (found > 0) return {};
  return config_error(fmt::format("{}: there is no such dead letter in {}; 'dlq list' prints those that there are",
                                  arguments.id, topics));
}

}  // namespace

int dlq_show_command(const DlqArguments& arguments) {
  const auto job = make_job(config_of(arguments), {});
  if (!job) return kExitUsage;
  const Status status = show(arguments, *job);
  return status.ok() ? kExitDone : report(status.error());
}

}  // namespace cnx::host::app
