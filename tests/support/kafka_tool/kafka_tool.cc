// SPDX-License-Identifier: Apache-2.0
//
// cnx_kafka_tool create|produce|dump SERVERS TOPIC [PARTITIONS]
//   create   makes the topic
//   produce  each line of stdin is one record: KEY<TAB>VALUE; a value of \N is null
//   dump     prints every committed record up to the present end as one JSON object a line, in order of partition and
//   offset
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cnx/text.hpp"
#include "kafka/admin.h"
#include "kafka/partition_reader.h"
#include "kafka/transactional_producer.h"

namespace {

using namespace cnx;
using namespace cnx::host;

constexpr std::size_t kBatch = 5000;

int fail(const Error& error) {
  std::fprintf(stderr, "cnx_kafka_tool: %s\n", error.message.c_str());
  return 1;
}

Status create(const kafka::ClientConfig& config, const std::string& topic, int partitions) {
  CNX_ASSIGN(const auto admin, kafka::Admin::open(config, 30'000, {}));
  CNX_ASSIGN(const bool made, admin->ensure_topic({topic, partitions, 1, {{"max.message.bytes", "10485760"}}}));
  static_cast<void>(made);
  return {};
}

Status send(kafka::TransactionalProducer& producer, const std::string& topic, const std::vector<std::string>& lines) {
  std::vector<cnx_record> records;
  for (const std::string& line : lines) {
    const auto tab = line.find('\t');
    const std::string_view key = std::string_view(line).substr(0, tab);
    const std::string_view value =
        tab == std::string::npos ? std::string_view() : std::string_view(line).substr(tab + 1);
    cnx_record record{};
    record.topic = str(topic);
    record.partition = -1;
    record.timestamp_ms = -1;
    record.key = str(key);
    record.value = value == "\\N" ? absent() : str(value);
    records.push_back(record);
  }
  CNX_TRY(producer.begin());
  CNX_TRY(producer.produce(records));
  if (auto written = producer.commit(); !written.ok()) return std::move(written).error();
  return {};
}

Status produce(const kafka::ClientConfig& config, const std::string& topic) {
  CNX_ASSIGN(const auto producer, kafka::TransactionalProducer::open(config, {"kafka-tool-" + topic}, {}));
  std::vector<std::string> lines;
  std::string line;
  while (std::getline(std::cin, line)) {
    lines.push_back(std::move(line));
    if (lines.size() < kBatch) continue;
    CNX_TRY(send(*producer, topic, lines));
    lines.clear();
  }
  return lines.empty() ? Status() : send(*producer, topic, lines);
}

nlohmann::json json_of(cnx_str text) {
  return is_absent(text) ? nlohmann::json(nullptr) : nlohmann::json(std::string(view(text)));
}

void print(const cnx_record& record) {
  nlohmann::ordered_json json{{"partition", record.partition},
                              {"offset", record.offset},
                              {"timestamp", record.timestamp_ms},
                              {"key", json_of(record.key)},
                              {"value", json_of(record.value)}};
  for (int h = 0; h < record.header_count; ++h)
    json["headers"][std::string(view(record.headers[h].name))] = json_of(record.headers[h].value);
  std::puts(json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

Status dump(const kafka::ClientConfig& config, const std::string& topic) {
  CNX_ASSIGN(const auto admin, kafka::Admin::open(config, 30'000, {}));
  CNX_ASSIGN(const auto info, admin->describe_topic(topic));
  if (!info) return config_error("no topic " + topic);
  CNX_ASSIGN(const auto reader, kafka::PartitionReader::open(config, kafka::Isolation::kReadCommitted, {}));
  for (std::int32_t p = 0; p < info->partitions; ++p) {
    const kafka::TopicPartition at{topic, p};
    CNX_ASSIGN(const auto marks, reader->watermarks(at));
    if (marks.low >= marks.high) continue;
    CNX_TRY(reader->start(at, kafka::kBeginning));
    for (bool end = false; !end;) {
      CNX_ASSIGN(const kafka::Polled polled, reader->next(1000, 10'000));
      for (const auto& record : polled.batch.records()) print(record);
      end = !polled.ends.empty();
      if (polled.empty()) return retry_error("no answer from " + kafka::to_string(at));
    }
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fputs("usage: cnx_kafka_tool create|produce|dump SERVERS TOPIC [PARTITIONS]\n", stderr);
    return 2;
  }
  const std::string command = argv[1];
  kafka::ClientConfig config;
  config.bootstrap_servers = argv[2];
  const std::string topic = argv[3];
  Status status = command == "create"    ? create(config, topic, argc > 4 ? std::atoi(argv[4]) : 3)
                  : command == "produce" ? produce(config, topic)
                  : command == "dump"    ? dump(config, topic)
                                         : Status(config_error("unknown command " + command));
  return status.ok() ? 0 : fail(status.error());
}
