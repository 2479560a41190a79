// SPDX-License-Identifier: Apache-2.0
#include "runtime/chain.h"

#include <fmt/format.h>

#include <iterator>
#include <numeric>

namespace cnx::host::runtime {
namespace {

const char* name_of(cnx_batch_kind kind) { return kind == CNX_ROWS ? "rows" : "records"; }

}  // namespace

Result<TransformChain> TransformChain::make(std::vector<ChainLink> links, cnx_batch_kind sink_input,
                                            std::string_view sink_name) {
  cnx_batch_kind given = CNX_RECORDS;
  std::string giver = "Kafka";
  for (const ChainLink& link : links) {
    if (link.transform->input() != given)
      return config_error(
          fmt::format("transform '{}' ({}) takes {}, but {} gives {}; put a transform between them that makes "
                      "{} of {}, or change the order in 'transforms'",
                      link.name, link.transform->component().name, name_of(link.transform->input()), giver,
                      name_of(given), name_of(link.transform->input()), name_of(given)));
    given = link.transform->output();
    giver = fmt::format("transform '{}'", link.name);
  }
  if (given != sink_input)
    return config_error(
        fmt::format("sink '{}' takes {}, but {} gives {}; add a transform that makes {} of {} to 'transforms'",
                    sink_name, name_of(sink_input), giver, name_of(given), name_of(sink_input), name_of(given)));
  return TransformChain(std::move(links));
}

Result<std::vector<plugin::RowShape>> TransformChain::shapes() const {
  if (links_.empty()) return std::vector<plugin::RowShape>{};
  return links_.back().transform->shapes();
}

Status TransformChain::apply(SealedBatch& batch) {
  const std::size_t count = batch.records.size();
  batch.origins.resize(count);
  std::iota(batch.origins.begin(), batch.origins.end(), 0u);
  batch.fates.assign(count, Fate::kUndecided);

  batch.input = {};
  batch.input.struct_size = sizeof(cnx_batch);
  batch.input.kind = CNX_RECORDS;
  batch.input.count = count;
  batch.input.origin = batch.origins.data();
  batch.input.record_stride = sizeof(cnx_record);
  batch.input.records = batch.records.data();

  batch.outputs.assign(1, &batch.input);
  for (const ChainLink& link : links_) {
    for (const cnx_batch* in : batch.outputs) {
      if (Status status = link.transform->apply(*in, output_); !status.ok()) {
        output_.clear();
        return std::move(status).error().in(fmt::format("transform '{}'", link.name));
      }
    }
    if (Status status = check_complete(batch, link); !status.ok()) {
      output_.clear();
      return status;
    }
    take(batch, link);
  }
  for (const cnx_batch* made : batch.outputs)
    for (std::uint64_t row = 0; row < made->count; ++row)
      if (Fate& fate = batch.fates[made->origin[row]]; fate == Fate::kUndecided) fate = Fate::kRows;
  // Each transform answered for each record it got, so what has no row was filtered on the way.
  for (Fate& fate : batch.fates)
    if (fate == Fate::kUndecided) fate = Fate::kFiltered;
  return {};
}

// Looks at one link, not at the whole chain: a part filtered by an earlier one must not hide what a later one lost.
Status TransformChain::check_complete(const SealedBatch& batch, const ChainLink& link) {
  answered_.assign(batch.records.size(), false);
  for (const auto& made : output_.batches)
    for (std::uint64_t i = 0; i < made.raw().count; ++i) answered_[made.raw().origin[i]] = true;
  for (const auto& dead : output_.dead) answered_[dead.origin] = true;
  for (const auto& part : output_.filtered) answered_[part.origin] = true;
  for (const cnx_batch* in : batch.outputs) {
    for (std::uint64_t i = 0; i < in->count; ++i) {
      const std::uint32_t origin = in->origin[i];
      if (answered_[origin] || batch.fates[origin] == Fate::kDead) continue;
      const cnx_record& record = batch.records[origin];
      return fatal_error(fmt::format(
          "transform '{}' ({}) gave neither row, filter nor dead letter for {}[{}] offset {}: a fault "
          "in the plugin; nothing of this batch is written",
          link.name, link.transform->component().described(), view(record.topic), record.partition, record.offset));
    }
  }
  return {};
}

void TransformChain::take(SealedBatch& batch, const ChainLink& link) {
  // In front: a vector destroys its elements in order, and outputs go before what they were made from.
  batch.intermediate.insert(batch.intermediate.begin(), std::make_move_iterator(batch.made.begin()),
                            std::make_move_iterator(batch.made.end()));
  batch.made = std::move(output_.batches);
  batch.outputs.clear();
  for (const auto& made : batch.made) {
    batch.outputs.push_back(&made.raw());
    batch.made_bytes += plugin::bytes_of(made.raw());
  }
  for (auto& dead : output_.dead) {
    if (batch.fates[dead.origin] == Fate::kDead) continue;
    batch.fates[dead.origin] = Fate::kDead;
    batch.dead.push_back({dead.origin, "TRANSFORMATION", link.name, std::move(dead.path), std::move(dead.column),
                          std::move(dead.message), dead.native_code});
  }
  for (const auto& part : output_.filtered) {
    batch.filtered_parts[part.rule].push_back(part.origin);
    if (batch.filtered_details != nullptr) batch.filtered_details->push_back(part);
  }
  output_.clear();
}

}  // namespace cnx::host::runtime
