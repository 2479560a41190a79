// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <tuple>

#include "base/clock.h"
#include "commands.h"
#include "dlq_letters.h"
#include "dlq_output.h"
#include "exit_code.h"
#include "text_table.h"

namespace cnx::host::app {
namespace {

using States = std::map<std::string, std::uint64_t>;

/// Letters with one cause.
struct Group {
  std::uint64_t letters = 0;
  States states;
  std::int64_t first_ms = -1;
  std::int64_t last_ms = -1;
  std::string example;  // a message

  void add(const dlq::Letter& letter) {
    ++letters;
    ++states[dlq::name_of(letter.state)];
    if (letter.died_ms >= 0 && (first_ms < 0 || letter.died_ms < first_ms)) first_ms = letter.died_ms;
    if (letter.died_ms >= last_ms) {
      last_ms = letter.died_ms;
      example = letter.message;
    }
  }
};

/// By stage, class, and column or path.
using Groups = std::map<std::tuple<std::string, std::string, std::string>, Group>;

/// "$.lines[12].charge" → "$.lines[*].charge": the same cause, whichever element it was in.
std::string without_indexes(std::string_view path) {
  std::string out;
  for (std::size_t i = 0; i < path.size(); ++i) {
    out += path[i];
    if (path[i] != '[') continue;
    const std::size_t end = path.find_first_not_of("0123456789", i + 1);
    if (end == std::string_view::npos || end == i + 1 || path[end] != ']') continue;
    out += '*';
    i = end - 1;
  }
  return out;
}

std::string states_text(const States& states) {
  std::string text;
  for (const auto& [state, count] : states) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, state);
  return text;
}

OrderedJson moment_json(std::int64_t ms) { return ms < 0 ? OrderedJson(nullptr) : OrderedJson(ms); }

OrderedJson group_json(const Group& group) {
  return {{"letters", group.letters},
          {"states", group.states},
          {"first_died_ms", moment_json(group.first_ms)},
          {"last_died_ms", moment_json(group.last_ms)}};
}

OrderedJson as_json(const SinkLetters& letters, const Group& all, const Groups& groups) {
  OrderedJson json = group_json(all);
  json["connector"] = letters.plan->name();
  json["topic"] = letters.topic->name();
  json["repeats"] = letters.index->repeats();
  json["foreign"] = letters.index->foreign();
  json["of_other_connectors"] = letters.index->others();
  json["groups"] = OrderedJson::array();
  for (const auto& [cause, group] : groups) {
    OrderedJson one = group_json(group);
    one["stage"] = std::get<0>(cause);
    one["class"] = std::get<1>(cause);
    one["where"] = std::get<2>(cause);
    one["example"] = group.example;
    json["groups"].push_back(std::move(one));
  }
  return json;
}

void print(const SinkLetters& letters, const Group& all, const Groups& groups) {
  fmt::print("{}: {} dead letter{} in {}", letters.plan->name(), all.letters, all.letters == 1 ? "" : "s",
             letters.topic->name());
  if (all.letters > 0) {
    fmt::print(": {}; first {}, last {} UTC; {} repeated\n", states_text(all.states), moment_text(all.first_ms),
               moment_text(all.last_ms), letters.index->repeats());
  } else {
    fmt::print("\n");
  }
  std::vector<Groups::const_pointer> sorted;
  for (const auto& entry : groups) sorted.push_back(&entry);
  std::ranges::stable_sort(sorted, std::greater(), [](const auto* entry) { return entry->second.letters; });
  TextTable table{{"LETTERS", "STATES", "STAGE", "CLASS", "WHERE", "FIRST (UTC)", "LAST (UTC)", "LAST MESSAGE"}, {}};
  for (const auto* entry : sorted) {
    const auto& [cause, group] = *entry;
    table.rows.push_back({std::to_string(group.letters), states_text(group.states), std::get<0>(cause),
                          std::get<1>(cause), std::get<2>(cause), moment_text(group.first_ms),
                          moment_text(group.last_ms), one_line(group.example, 80)});
  }
  if (!table.rows.empty()) fmt::print("{}", render_table(table, SIZE_MAX));
}

Status stats(const DlqArguments& arguments, const runtime::Job& job) {
  CNX_ASSIGN(const dlq::Filter filter, dlq::Filter::parse(arguments.filters, SystemClock().now_ms()));
  CNX_ASSIGN(const auto sinks, letter_sinks(job, arguments));
  OrderedJson json = OrderedJson::array();
  for (const runtime::ConnectorPlan* plan : sinks) {
    CNX_ASSIGN(SinkLetters letters, read_letters(*plan));
    find_states(letters);
    choose(letters, filter);
    Group all;
    Groups groups;
    for (const dlq::Letter* letter : letters.chosen) {
      all.add(*letter);
      groups[{std::string(letter->stage), std::string(letter->component), without_indexes(where_text(*letter))}].add(
          *letter);
    }
    if (arguments.json) {
      json.push_back(as_json(letters, all, groups));
    } else {
      print(letters, all, groups);
    }
    std::fflush(stdout);
    tell_left_out(letters);
  }
  if (arguments.json) fmt::print("{}\n", json.dump(2, ' ', false, OrderedJson::error_handler_t::replace));
  return {};
}

}  // namespace

int dlq_stats_command(const DlqArguments& arguments) {
  const auto job = make_job(config_of(arguments), {});
  if (!job) return kExitUsage;
  const Status status = stats(arguments, *job);
  return status.ok() ? kExitDone : report(status.error());
}

}  // namespace cnx::host::app
