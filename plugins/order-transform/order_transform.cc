// SPDX-License-Identifier: Apache-2.0
#include "order_transform.h"

#include <string>
#include <utility>
#include <vector>

#include "order_splitter.h"

namespace cnx::order_transform {
namespace {

std::vector<ColumnSpec> schema(const Options& options) {
  std::vector<ColumnSpec> specs;
  for (std::size_t c = 0; c < options.column_count(); ++c) specs.push_back(kColumns[c].spec);
  return specs;
}

std::string source_file_fault(const Config& config) {
  constexpr std::size_t kLimit = kColumns[column_of("source_file")].spec.max_length;
  const std::size_t length = count_characters(config.find("source.file").value_or(""));
  if (length <= kLimit) return {};
  return "is " + std::to_string(length) + " characters long; column source_file holds " + std::to_string(kLimit);
}

}  // namespace

Result<std::unique_ptr<OrderTransform>> OrderTransform::create(Host, const Config& config) {
  if (auto fault = source_file_fault(config); !fault.empty()) return config_error("source.file " + fault);
  Options options;
  options.extra_columns = config.find("extra.columns").value_or("true") == "true";
  options.source_file = config.find("source.file").value_or("kafka_stream");
  return std::make_unique<OrderTransform>(std::move(options));
}

void OrderTransform::validate(const Config& config, Findings& findings) {
  if (const auto fault = source_file_fault(config); !fault.empty()) findings.error("source.file", fault, "shorten it");
}

Status OrderTransform::split(const Config&, std::string_view document, const PartSink& part) {
  split_orders(document, part);
  return {};
}

OrderTransform::OrderTransform(Options options) : flattener_(options), pool_(RowBatchPool::make(schema(options), {})) {}

Status OrderTransform::shapes(const ShapeSink& shape) {
  shape(pool_->shape());
  return {};
}

Status OrderTransform::apply(const BatchView& in, Output& out) {
  std::unique_ptr<RowBatch> rows = pool_->take();
  flattener_.begin(*rows);
  for (std::uint64_t i = 0; i < in.size(); ++i) {
    const cnx_str value = in.record(i).value;
    if (is_absent(value))
      out.filter(in.origin(i), kRuleTombstone, "$");
    else
      apply_to(view(value), in.origin(i), *rows, out);
  }
  const bool any = rows->size() > 0;
  cnx_batch* const batch = pool_->hand_over(std::move(rows));
  if (any)
    out.emit(batch);
  else
    batch->release(batch);  // back into the pool
  return {};
}

void OrderTransform::apply_to(std::string_view payload, std::uint32_t origin, RowBatch& rows, Output& out) {
  flattener_.flatten(payload, origin, rows);
  if (const auto& problem = flattener_.problem())
    return out.reject(origin, problem->path, problem->column, problem->message);
  for (const auto& part : flattener_.filtered()) out.filter(origin, part.rule, part.path);
}

}  // namespace cnx::order_transform
