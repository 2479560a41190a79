// SPDX-License-Identifier: Apache-2.0
//
// Components whose behaviour a test chooses, for the tests of the C++ wrapper.
#pragma once

#include <array>
#include <memory>
#include <stdexcept>

#include "cnx/plugin.hpp"

namespace cnx::testing {

/// Fails in the way its config says: "throw", "throw-int", "error", or not at all.
struct Awkward {
  std::string mode;
  Status act() const {
    if (mode == "throw") throw std::runtime_error("it broke");
    if (mode == "throw-int") throw 42;
    if (mode == "error") return retry_error("the server is busy", 503, 2000);
    return {};
  }
};

struct AwkwardTransform final : Transform {
  static constexpr std::string_view kName = "awkward", kDoc = "Fails as it is told.";
  static constexpr cnx_batch_kind kInput = CNX_RECORDS, kOutput = CNX_RECORDS;
  static constexpr Key kKeys[] = {Key::string("mode", "How to fail.").with_default("none"),
                                  Key::string("create", "How to fail in create.").with_default("none")};
  static Result<std::unique_ptr<AwkwardTransform>> create(Host, const Config& config) {
    CNX_TRY(Awkward{config.text("create")}.act());
    auto made = std::make_unique<AwkwardTransform>();
    made->awkward.mode = config.text("mode");
    return made;
  }
  Status apply(const BatchView& in, Output& out) override {
    CNX_TRY(awkward.act());
    RecordBatch copy;
    for (std::uint64_t i = 0; i < in.size(); ++i) {
      NewRecord record;
      record.value = std::string(view(in.record(i).value));
      record.origin = in.origin(i);
      copy.add(record);
    }
    out.emit(RecordBatch::hand_over(std::move(copy)));
    return {};
  }
  Awkward awkward;
};

/// Gives what the test puts into `next`, one step a poll.
struct ScriptedSource : Source {
  struct Step {
    std::vector<std::string> values;
    Result<bool> answer;
  };
  static constexpr std::string_view kName = "scripted", kDoc = "Follows a script.";
  static constexpr std::array<Key, 0> kKeys{};
  static inline std::vector<Step> script;
  static inline SourceStart started;

  static Result<std::unique_ptr<ScriptedSource>> create(Host, const Config&) {
    return std::make_unique<ScriptedSource>();
  }
  Result<SourcePlan> start(const SourceStart& from) override {
    started = from;
    return SourcePlan{true, "range-1", "a title"};
  }
  Result<bool> poll(std::int64_t, RecordBatch& out) override {
    const Step step = script.at(next++);
    for (const std::string& value : step.values) {
      NewRecord record;
      record.value = value;
      out.add(record);
      out.set_position("at", value);
    }
    return step.answer;
  }
  void cancel() noexcept override {}
  std::size_t next = 0;
};

/// One that goes on before its acks.
struct AheadSource final : ScriptedSource {
  static constexpr bool kPollsAhead = true;
  static Result<std::unique_ptr<AheadSource>> create(Host, const Config&) { return std::make_unique<AheadSource>(); }
};

}  // namespace cnx::testing
