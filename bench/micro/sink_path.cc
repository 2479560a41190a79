// SPDX-License-Identifier: Apache-2.0
#include "micro/sink_path.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "cnx/plugin.hpp"
#include "order_transform.h"
#include "plugin/loader.h"
#include "row_order.h"

namespace cnx::bench {
namespace {

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "bench: %s\n", what.c_str());
  std::exit(1);
}

template <class T>
T must(Result<T> result) {
  if (!result.ok()) fail(result.error().message);
  return std::move(result).value();
}

std::unique_ptr<host::plugin::Plugin> order_plugin() {
  static constexpr cnx_component kComponents[] = {transform<order_transform::OrderTransform>()};
  static constexpr cnx_plugin kPlugin = {sizeof(cnx_plugin), CNX_PLUGIN_MAGIC, CNX_ABI_1_0,           CNX_ABI_CURRENT,
                                         str("bench"),       str("1.0.0"),     sizeof(cnx_component), 1,
                                         kComponents};
  return std::make_unique<host::plugin::Plugin>(must(host::plugin::describe_plugin(kPlugin, "bench")));
}

mysql::ColumnKind kind_of(cnx_type type) {
  switch (type) {
    case CNX_INT64:
      return mysql::ColumnKind::kInteger;
    case CNX_DECIMAL:
      return mysql::ColumnKind::kDecimal;
    case CNX_TIMESTAMP:
    case CNX_DATETIME:
    case CNX_WRITE_TIME:
      return mysql::ColumnKind::kTime;
    default:
      return mysql::ColumnKind::kText;
  }
}

// As the table is in sql/, told by the transform's own declaration.
mysql::ColumnInfo live_column(const ColumnSpec& spec) {
  mysql::ColumnInfo live;
  live.name = view(spec.name);
  live.kind = kind_of(spec.type);
  live.nullable = (spec.flags & CNX_COLUMN_NOT_NULL) == 0;
  live.max_characters = spec.max_length;
  live.max_bytes = live.kind == mysql::ColumnKind::kText && spec.max_length == 0 ? 65535 : 0;
  live.precision = spec.precision;
  live.scale = spec.scale;
  return live;
}

}  // namespace

OrderRecords::OrderRecords(std::size_t count, OrderSettings settings) {
  OrderMaker maker(settings);
  for (std::size_t i = 0; i < count; ++i) {
    maker.make(i);
    payloads_.emplace_back(maker.text());
  }
  view();
}

OrderRecords::OrderRecords(std::size_t count, const std::string& payload) : payloads_(count, payload) { view(); }

void OrderRecords::view() {
  for (const std::string& payload : payloads_) {
    cnx_record record{};
    record.topic = str("orders");
    record.offset = static_cast<std::int64_t>(records_.size());
    record.value = str(payload);
    records_.push_back(record);
    bytes_ += payload.size();
  }
}

OrderChain::OrderChain() : host_({"bench", 0, 1, &clock_, {}, nullptr, nullptr}), plugin_(order_plugin()) {
  std::vector<host::runtime::ChainLink> links;
  // As the bench's sink: the table's 52 columns.
  links.push_back({"flatten", must(host::plugin::TransformInstance::create(plugin_->components.front(), host_,
                                                                           {{"extra.columns", "false"}}))});
  chain_ = std::make_unique<host::runtime::TransformChain>(
      must(host::runtime::TransformChain::make(std::move(links), CNX_ROWS, "sink")));
}

void OrderChain::apply(host::runtime::SealedBatch& batch, const OrderRecords& records) {
  batch.records = records.records();
  batch.slice_of.assign(batch.records.size(), 0);
  batch.slices.resize(1);
  if (const Status applied = chain_->apply(batch); !applied.ok()) fail(applied.error().message);
}

RowBinder::RowBinder() {
  std::size_t column = 0;
  for (const auto& declared : order_transform::kColumns) {
    if (column++ == order_transform::kColumnCountWithoutExtras) break;
    mysql::StatementColumn spec;
    spec.name = view(declared.spec.name);
    spec.type = declared.spec.type;
    spec.scale = declared.spec.scale;
    spec.is_key = (declared.spec.flags & CNX_COLUMN_KEY) != 0;
    plan_.columns.push_back(std::move(spec));
    plan_.table.columns.push_back(live_column(declared.spec));
  }
  for (const auto& live : plan_.table.columns) plan_.live.push_back(&live);
  plan_.key_columns = {order_transform::column_of("purchaseOrderId"), order_transform::column_of("lineNumber")};
  raw_rejects_.reject = [](void*, std::uint32_t, cnx_str, cnx_str message, std::int64_t) {
    fail("a good row is refused: " + std::string(view(message)));
  };
}

const std::vector<std::uint32_t>& RowBinder::sort(const BatchView& rows) {
  mysql::order_rows(rows, Selection(rows.raw(), {}), plan_.key_columns, order_);
  return order_;
}

std::uint64_t RowBinder::check(const BatchView& rows) { return checks_.run(plan_, rows, order_, rejects_); }

std::size_t RowBinder::bind(const BatchView& rows) {
  const mysql::WriteJob job{plan_, rows, order_, false, rejects_, checks_.most_text_bytes()};
  std::size_t bytes = 0;
  for (std::span<const std::uint32_t> left(order_); !left.empty();) {
    const std::size_t count = std::min(left.size(), mysql::kMostRowsOfStatement);
    bytes += packet_.write(job, left.first(count), 1).size();
    left = left.subspan(count);
  }
  return bytes;
}

}  // namespace cnx::bench
