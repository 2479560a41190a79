// SPDX-License-Identifier: Apache-2.0
//
// The position of a walk comes back from Kafka: any bytes are an error or a log that survives another round, and no
// name of an order, whatever bytes it has, is forgotten by being written down.
#include "sent_log.h"

#include "fuzz/input.h"

namespace walmart {
namespace {

using cnx::fuzz::require;

SentLog again(Kind kind, const SentLog& log) {
  auto read = SentLog::decode(kind, log.encode());
  require(read.ok(), "what encode() made cannot be read: " + (read.ok() ? "" : read.error().message));
  require(read->done() == log.done() && read->kept_from() == log.kept_from(), "another time after a round");
  require(read->size() == log.size(), "orders were lost by a round");
  require(read->encode() == log.encode(), "another text after a round");
  return std::move(read).value();
}

void check_foreign_bytes(Kind kind, const std::string& text) {
  const auto log = SentLog::decode(kind, text);
  if (!log.ok()) return require(!log.error().message.empty(), "refused without a reason");
  static_cast<void>(again(kind, *log));
}

void check_names(Kind kind, cnx::fuzz::Input& input) {
  constexpr EpochSeconds kStart = 1'795'420'800;
  SentLog log(kind, kStart);
  struct Sent {
    std::string id;
    std::uint64_t hash;
  };
  std::vector<Sent> all;
  while (!input.empty() && all.size() < 50) {
    Sent sent{input.text(), static_cast<std::uint64_t>(input.byte())};
    // What page.cc makes: never empty, and the text of a parsed string.
    if (sent.id.empty()) continue;
    log.sent(sent.id, sent.hash, kStart + 60 * (1 + static_cast<EpochSeconds>(input.below(8))));
    std::erase_if(all, [&](const Sent& other) { return other.id == sent.id; });
    all.push_back(std::move(sent));
  }
  SentLog read = again(kind, log);
  for (const Sent& sent : all) require(read.repeats(sent.id, sent.hash, kStart), "a sent order was forgotten");
  require(read.window_done(kStart + 120, kStart + 60) == 0, "a short log was shortened");
  static_cast<void>(again(kind, read));
}

}  // namespace
}  // namespace walmart

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  cnx::fuzz::Input input(data, size);
  // '0' and '1' for foreign bytes, anything else for names.
  const std::uint8_t what = input.byte();
  const walmart::Kind kind = (what & 1) == 0 ? walmart::Kind::kCreated : walmart::Kind::kLastModified;
  if (what == '0' || what == '1')
    walmart::check_foreign_bytes(kind, input.rest());
  else
    walmart::check_names(kind, input);
  return 0;
}
