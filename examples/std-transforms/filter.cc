// SPDX-License-Identifier: Apache-2.0
#include "filter.h"

#include <utility>
#include <vector>

namespace cnx::std_transforms {
namespace {

/// A choice of the input's records; what they point to stays the input's.
struct ChosenRecords {
  std::vector<cnx_record> records;
  std::vector<std::uint32_t> origins;
  cnx_batch batch{};

  static void emit(std::unique_ptr<ChosenRecords> chosen, Output& out) {
    if (chosen->records.empty()) return;
    cnx_batch& batch = chosen->batch;
    batch.struct_size = sizeof batch;
    batch.kind = CNX_RECORDS;
    batch.count = chosen->records.size();
    batch.origin = chosen->origins.data();
    batch.record_stride = sizeof(cnx_record);
    batch.records = chosen->records.data();
    batch.owner = chosen.get();
    batch.release = [](cnx_batch* self) { delete static_cast<ChosenRecords*>(self->owner); };
    out.emit(&chosen.release()->batch);
  }
};

}  // namespace

Result<Filter::Predicate> Filter::read(const Config& config) {
  const std::string predicate = config.text("predicate");
  const auto unused = [&](std::string_view key) {
    return config_error(std::string(key) + ": " + predicate + " takes none; leave it out");
  };
  Predicate read;
  if (predicate != "TopicNameMatches" && config.has("pattern")) return unused("pattern");
  if (predicate != "HasHeaderKey" && config.has("name")) return unused("name");
  if (predicate == "TopicNameMatches") {
    if (!config.has("pattern")) return config_error("pattern: TopicNameMatches needs one");
    try {
      read.topic.emplace(config.text("pattern"), std::regex::ECMAScript | std::regex::optimize);
    } catch (const std::regex_error& error) {
      return config_error(std::string("pattern: is no regular expression: ") + error.what());
    }
  } else if (predicate == "HasHeaderKey") {
    if (config.text("name").empty()) return config_error("name: HasHeaderKey needs the header's name");
    read.header = config.text("name");
  } else if (predicate != "RecordIsTombstone") {
    return config_error("predicate: there is none called '" + predicate + "'");
  }
  return read;
}

Result<std::unique_ptr<Filter>> Filter::create(Host, const Config& config) {
  CNX_ASSIGN(Predicate predicate, read(config));
  const bool negate = config.boolean("negate");
  return std::unique_ptr<Filter>(
      new Filter(std::move(predicate), negate, (negate ? "not " : "") + config.text("predicate")));
}

void Filter::validate(const Config& config, Findings& findings) {
  if (const auto predicate = read(config); !predicate.ok())
    findings.error("predicate", predicate.error().message, "see its keys: connect-host plugins Filter");
}

Filter::Filter(Predicate predicate, bool negate, std::string rule)
    : predicate_(std::move(predicate)), negate_(negate), rule_(std::move(rule)) {}

bool Filter::holds(const cnx_record& record) const {
  if (predicate_.topic) {
    const std::string_view topic = view(record.topic);
    return std::regex_match(topic.begin(), topic.end(), *predicate_.topic);
  }
  if (!predicate_.header) return is_absent(record.value);
  for (std::int32_t i = 0; i < record.header_count; ++i)
    if (view(record.headers[i].name) == *predicate_.header) return true;
  return false;
}

Status Filter::apply(const BatchView& in, Output& out) {
  auto chosen = std::make_unique<ChosenRecords>();
  for (std::uint64_t i = 0; i < in.size(); ++i) {
    if (holds(in.record(i)) != negate_) {
      out.filter(in.origin(i), rule_, "$");
      continue;
    }
    chosen->records.push_back(in.record(i));
    chosen->origins.push_back(in.origin(i));
  }
  ChosenRecords::emit(std::move(chosen), out);
  return {};
}

}  // namespace cnx::std_transforms
