// SPDX-License-Identifier: Apache-2.0
//
// probe DIRECTORY FILE: loads the plugins of a directory as the host does and sends the lines of FILE through
// file-source into stdout-sink. Exit code 1: something was refused, with the reason on standard error.
#include <cstdio>

#include "plugin/registry.h"
#include "plugin/sink_instance.h"
#include "plugin/source_instance.h"

namespace {

using namespace cnx::host;
using namespace cnx::host::plugin;

cnx::Status pump(SourceInstance& source, SinkInstance& sink) {
  CNX_TRY(source.start({}));
  CNX_TRY(sink.start());
  for (;;) {
    CNX_ASSIGN(const PolledBatch batch, source.poll(0));
    std::vector<std::uint32_t> origins;
    std::vector<cnx_record> records;
    for (std::uint64_t i = 0; i < batch.record_count(); ++i) {
      records.push_back(batch.record(i));
      origins.push_back(static_cast<std::uint32_t>(i));
    }
    cnx_batch consumed{};
    consumed.struct_size = sizeof consumed;
    consumed.kind = CNX_RECORDS;
    consumed.count = records.size();
    consumed.origin = origins.data();
    consumed.record_stride = sizeof(cnx_record);
    consumed.records = records.data();
    std::vector<RejectedRow> rejects;
    CNX_TRY(sink.write(consumed, rejects));
    if (batch.end()) return sink.flush();
    source.acked();
  }
}

cnx::Status run(const std::string& directory, const std::string& file) {
  const PluginRegistry registry = PluginRegistry::scan({directory});
  for (const auto& warning : registry.warnings()) return cnx::config_error(warning.message);
  CNX_ASSIGN(const Component* source_component, registry.find(Kind::kSource, "file-source"));
  CNX_ASSIGN(const Component* sink_component, registry.find_connector("stdout-sink"));
  const SystemClock clock;
  const HostContext host(HostServices{"probe", 0, 1, &clock, {}});
  CNX_ASSIGN(const auto source,
             SourceInstance::create(*source_component, host,
                                    {{"path", file}, {"topic", "t"}, {"follow", "false"}, {"max.line.bytes", "1000"}}));
  CNX_ASSIGN(const auto sink, SinkInstance::create(*sink_component, host, {}));
  return pump(*source, *sink);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: probe DIRECTORY FILE\n");
    return 2;
  }
  const cnx::Status status = run(argv[1], argv[2]);
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.error().message.c_str());
  return 1;
}
