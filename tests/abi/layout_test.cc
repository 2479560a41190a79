// SPDX-License-Identifier: Apache-2.0
//
// The frozen layout of ABI 1.0 on 64-bit platforms: size of every table, offset of every member. The build is the test.
// A line here is never changed; a later minor version appends members, and lines for them.
#include <cstddef>

#include "cnx/abi/ext/fault_points.h"
#include "cnx/abi/ext/preflight.h"
#include "cnx/abi/ext/render.h"
#include "cnx/abi/ext/sink_marks.h"
#include "cnx/abi/ext/sink_offsets.h"
#include "cnx/abi/ext/source_ahead.h"
#include "cnx/abi/ext/transform_info.h"
#include "cnx/abi/plugin.h"

#define CNX_SIZE(type, bytes) static_assert(sizeof(type) == (bytes), "the size of " #type " is frozen")
#define CNX_AT(type, member, bytes) static_assert(offsetof(type, member) == (bytes), #type "." #member " is frozen")

CNX_SIZE(cnx_str, 16);
CNX_AT(cnx_str, data, 0);
CNX_AT(cnx_str, size, 8);

CNX_SIZE(cnx_error, 40);
CNX_AT(cnx_error, struct_size, 0);
CNX_AT(cnx_error, action, 4);
CNX_AT(cnx_error, retry_after_ms, 8);
CNX_AT(cnx_error, native_code, 16);
CNX_AT(cnx_error, ctx, 24);
CNX_AT(cnx_error, set_message, 32);

CNX_SIZE(cnx_config_key, 144);
CNX_AT(cnx_config_key, struct_size, 0);
CNX_AT(cnx_config_key, type, 4);
CNX_AT(cnx_config_key, flags, 8);
CNX_AT(cnx_config_key, reserved, 12);
CNX_AT(cnx_config_key, name, 16);
CNX_AT(cnx_config_key, default_value, 32);
CNX_AT(cnx_config_key, unit, 48);
CNX_AT(cnx_config_key, min_value, 64);
CNX_AT(cnx_config_key, max_value, 72);
CNX_AT(cnx_config_key, one_of, 80);
CNX_AT(cnx_config_key, doc, 96);
CNX_AT(cnx_config_key, since, 112);
CNX_AT(cnx_config_key, flag, 128);

CNX_SIZE(cnx_config_value, 32);
CNX_AT(cnx_config_value, name, 0);
CNX_AT(cnx_config_value, value, 16);

CNX_SIZE(cnx_config, 24);
CNX_AT(cnx_config, struct_size, 0);
CNX_AT(cnx_config, value_stride, 4);
CNX_AT(cnx_config, value_count, 8);
CNX_AT(cnx_config, values, 16);

CNX_SIZE(cnx_findings, 24);
CNX_AT(cnx_findings, struct_size, 0);
CNX_AT(cnx_findings, ctx, 8);
CNX_AT(cnx_findings, add, 16);

CNX_SIZE(cnx_host, 48);
CNX_AT(cnx_host, struct_size, 0);
CNX_AT(cnx_host, abi, 4);
CNX_AT(cnx_host, connector, 8);
CNX_AT(cnx_host, task, 24);
CNX_AT(cnx_host, task_count, 28);
CNX_AT(cnx_host, ctx, 32);
CNX_AT(cnx_host, service, 40);

CNX_SIZE(cnx_log, 32);
CNX_AT(cnx_log, struct_size, 0);
CNX_AT(cnx_log, ctx, 8);
CNX_AT(cnx_log, enabled, 16);
CNX_AT(cnx_log, write, 24);

CNX_SIZE(cnx_clock, 32);
CNX_AT(cnx_clock, struct_size, 0);
CNX_AT(cnx_clock, ctx, 8);
CNX_AT(cnx_clock, now_us, 16);
CNX_AT(cnx_clock, monotonic_ns, 24);

CNX_SIZE(cnx_wait, 32);
CNX_AT(cnx_wait, struct_size, 0);
CNX_AT(cnx_wait, ctx, 8);
CNX_AT(cnx_wait, wait_ms, 16);
CNX_AT(cnx_wait, stopping, 24);

CNX_SIZE(cnx_metrics, 48);
CNX_AT(cnx_metrics, struct_size, 0);
CNX_AT(cnx_metrics, ctx, 8);
CNX_AT(cnx_metrics, counter, 16);
CNX_AT(cnx_metrics, gauge, 24);
CNX_AT(cnx_metrics, add, 32);
CNX_AT(cnx_metrics, set, 40);

CNX_SIZE(cnx_unit, 64);
CNX_AT(cnx_unit, struct_size, 0);
CNX_AT(cnx_unit, state, 4);
CNX_AT(cnx_unit, name, 8);
CNX_AT(cnx_unit, expected, 24);
CNX_AT(cnx_unit, fetched, 32);
CNX_AT(cnx_unit, pages, 40);
CNX_AT(cnx_unit, tries, 48);
CNX_AT(cnx_unit, repeats, 56);

CNX_SIZE(cnx_progress, 32);
CNX_AT(cnx_progress, struct_size, 0);
CNX_AT(cnx_progress, ctx, 8);
CNX_AT(cnx_progress, unit, 16);
CNX_AT(cnx_progress, health, 24);

CNX_SIZE(cnx_fault_points, 24);
CNX_AT(cnx_fault_points, struct_size, 0);
CNX_AT(cnx_fault_points, ctx, 8);
CNX_AT(cnx_fault_points, pass, 16);

CNX_SIZE(cnx_header, 32);
CNX_AT(cnx_header, name, 0);
CNX_AT(cnx_header, value, 16);

CNX_SIZE(cnx_record, 80);
CNX_AT(cnx_record, topic, 0);
CNX_AT(cnx_record, partition, 16);
CNX_AT(cnx_record, header_count, 20);
CNX_AT(cnx_record, offset, 24);
CNX_AT(cnx_record, timestamp_ms, 32);
CNX_AT(cnx_record, key, 40);
CNX_AT(cnx_record, value, 56);
CNX_AT(cnx_record, headers, 72);

CNX_SIZE(cnx_column, 56);
CNX_AT(cnx_column, name, 0);
CNX_AT(cnx_column, type, 16);
CNX_AT(cnx_column, flags, 20);
CNX_AT(cnx_column, bits, 24);
CNX_AT(cnx_column, precision, 28);
CNX_AT(cnx_column, scale, 32);
CNX_AT(cnx_column, max_length, 36);
CNX_AT(cnx_column, nulls, 40);
CNX_AT(cnx_column, values, 48);

CNX_SIZE(cnx_batch, 96);
CNX_AT(cnx_batch, struct_size, 0);
CNX_AT(cnx_batch, kind, 4);
CNX_AT(cnx_batch, count, 8);
CNX_AT(cnx_batch, origin, 16);
CNX_AT(cnx_batch, record_stride, 24);
CNX_AT(cnx_batch, reserved, 28);
CNX_AT(cnx_batch, records, 32);
CNX_AT(cnx_batch, target, 40);
CNX_AT(cnx_batch, column_stride, 56);
CNX_AT(cnx_batch, column_count, 60);
CNX_AT(cnx_batch, columns, 64);
CNX_AT(cnx_batch, ops, 72);
CNX_AT(cnx_batch, owner, 80);
CNX_AT(cnx_batch, release, 88);

CNX_SIZE(cnx_output, 40);
CNX_AT(cnx_output, struct_size, 0);
CNX_AT(cnx_output, ctx, 8);
CNX_AT(cnx_output, emit, 16);
CNX_AT(cnx_output, reject, 24);
CNX_AT(cnx_output, filter, 32);

CNX_SIZE(cnx_rejects, 24);
CNX_AT(cnx_rejects, struct_size, 0);
CNX_AT(cnx_rejects, ctx, 8);
CNX_AT(cnx_rejects, reject, 16);

CNX_SIZE(cnx_position, 48);
CNX_AT(cnx_position, key, 0);
CNX_AT(cnx_position, value, 16);
CNX_AT(cnx_position, range_id, 32);

CNX_SIZE(cnx_range, 32);
CNX_AT(cnx_range, id, 0);
CNX_AT(cnx_range, state, 16);
CNX_AT(cnx_range, reserved, 20);
CNX_AT(cnx_range, updated_ms, 24);

CNX_SIZE(cnx_source_start, 48);
CNX_AT(cnx_source_start, struct_size, 0);
CNX_AT(cnx_source_start, position_stride, 4);
CNX_AT(cnx_source_start, position_count, 8);
CNX_AT(cnx_source_start, positions, 16);
CNX_AT(cnx_source_start, range_stride, 24);
CNX_AT(cnx_source_start, again, 28);
CNX_AT(cnx_source_start, range_count, 32);
CNX_AT(cnx_source_start, ranges, 40);

CNX_SIZE(cnx_source_plan, 40);
CNX_AT(cnx_source_plan, struct_size, 0);
CNX_AT(cnx_source_plan, bounded, 4);
CNX_AT(cnx_source_plan, range_id, 8);
CNX_AT(cnx_source_plan, title, 24);

CNX_SIZE(cnx_source_batch, 32);
CNX_AT(cnx_source_batch, struct_size, 0);
CNX_AT(cnx_source_batch, position_stride, 4);
CNX_AT(cnx_source_batch, position_count, 8);
CNX_AT(cnx_source_batch, positions, 16);
CNX_AT(cnx_source_batch, records, 24);

CNX_SIZE(cnx_source, 64);
CNX_AT(cnx_source, struct_size, 0);
CNX_AT(cnx_source, create, 8);
CNX_AT(cnx_source, destroy, 16);
CNX_AT(cnx_source, start, 24);
CNX_AT(cnx_source, poll, 32);
CNX_AT(cnx_source, acked, 40);
CNX_AT(cnx_source, cancel, 48);
CNX_AT(cnx_source, stop, 56);

CNX_SIZE(cnx_transform, 40);
CNX_AT(cnx_transform, struct_size, 0);
CNX_AT(cnx_transform, input, 4);
CNX_AT(cnx_transform, output, 8);
CNX_AT(cnx_transform, create, 16);
CNX_AT(cnx_transform, destroy, 24);
CNX_AT(cnx_transform, apply, 32);

CNX_SIZE(cnx_selection, 16);
CNX_AT(cnx_selection, rows, 0);
CNX_AT(cnx_selection, count, 8);

CNX_SIZE(cnx_sink, 80);
CNX_AT(cnx_sink, struct_size, 0);
CNX_AT(cnx_sink, input, 4);
CNX_AT(cnx_sink, create, 8);
CNX_AT(cnx_sink, destroy, 16);
CNX_AT(cnx_sink, start, 24);
CNX_AT(cnx_sink, prepare, 32);
CNX_AT(cnx_sink, write, 40);
CNX_AT(cnx_sink, flush, 48);
CNX_AT(cnx_sink, idle, 56);
CNX_AT(cnx_sink, cancel, 64);
CNX_AT(cnx_sink, stop, 72);

CNX_SIZE(cnx_component, 80);
CNX_AT(cnx_component, struct_size, 0);
CNX_AT(cnx_component, kind, 4);
CNX_AT(cnx_component, name, 8);
CNX_AT(cnx_component, doc, 24);
CNX_AT(cnx_component, key_stride, 40);
CNX_AT(cnx_component, key_count, 44);
CNX_AT(cnx_component, keys, 48);
CNX_AT(cnx_component, table, 56);
CNX_AT(cnx_component, validate, 64);
CNX_AT(cnx_component, extension, 72);

CNX_SIZE(cnx_plugin, 64);
CNX_AT(cnx_plugin, struct_size, 0);
CNX_AT(cnx_plugin, magic, 4);
CNX_AT(cnx_plugin, abi_min, 8);
CNX_AT(cnx_plugin, abi_max, 12);
CNX_AT(cnx_plugin, name, 16);
CNX_AT(cnx_plugin, version, 32);
CNX_AT(cnx_plugin, component_stride, 48);
CNX_AT(cnx_plugin, component_count, 52);
CNX_AT(cnx_plugin, components, 56);

CNX_SIZE(cnx_preflight, 24);
CNX_AT(cnx_preflight, struct_size, 0);
CNX_AT(cnx_preflight, check, 8);
CNX_AT(cnx_preflight, init, 16);

CNX_SIZE(cnx_source_ahead, 8);
CNX_AT(cnx_source_ahead, struct_size, 0);
CNX_AT(cnx_source_ahead, reserved, 4);

CNX_SIZE(cnx_render, 16);
CNX_AT(cnx_render, struct_size, 0);
CNX_AT(cnx_render, render, 8);

CNX_SIZE(cnx_schema, 16);
CNX_AT(cnx_schema, struct_size, 0);
CNX_AT(cnx_schema, shapes, 8);

CNX_SIZE(cnx_split, 16);
CNX_AT(cnx_split, struct_size, 0);
CNX_AT(cnx_split, split, 8);

CNX_SIZE(cnx_offset_row, 136);
CNX_AT(cnx_offset_row, topic, 0);
CNX_AT(cnx_offset_row, partition, 16);
CNX_AT(cnx_offset_row, present, 20);
CNX_AT(cnx_offset_row, next_offset, 24);
CNX_AT(cnx_offset_row, epoch, 32);
CNX_AT(cnx_offset_row, last_offset, 40);
CNX_AT(cnx_offset_row, last_timestamp_ms, 48);
CNX_AT(cnx_offset_row, owner, 56);
CNX_AT(cnx_offset_row, group, 72);
CNX_AT(cnx_offset_row, topic_id, 88);
CNX_AT(cnx_offset_row, cluster_id, 104);
CNX_AT(cnx_offset_row, host_version, 120);

CNX_SIZE(cnx_offset_step, 64);
CNX_AT(cnx_offset_step, topic, 0);
CNX_AT(cnx_offset_step, partition, 16);
CNX_AT(cnx_offset_step, reserved, 20);
CNX_AT(cnx_offset_step, epoch, 24);
CNX_AT(cnx_offset_step, old_offset, 32);
CNX_AT(cnx_offset_step, new_offset, 40);
CNX_AT(cnx_offset_step, last_offset, 48);
CNX_AT(cnx_offset_step, last_timestamp_ms, 56);

CNX_SIZE(cnx_claimant, 80);
CNX_AT(cnx_claimant, owner, 0);
CNX_AT(cnx_claimant, group, 16);
CNX_AT(cnx_claimant, topic_id, 32);
CNX_AT(cnx_claimant, cluster_id, 48);
CNX_AT(cnx_claimant, host_version, 64);

CNX_SIZE(cnx_sink_offsets, 72);
CNX_AT(cnx_sink_offsets, struct_size, 0);
CNX_AT(cnx_sink_offsets, reserved, 4);
CNX_AT(cnx_sink_offsets, claim, 8);
CNX_AT(cnx_sink_offsets, begin, 16);
CNX_AT(cnx_sink_offsets, commit, 24);
CNX_AT(cnx_sink_offsets, abort, 32);
CNX_AT(cnx_sink_offsets, outcome, 40);
CNX_AT(cnx_sink_offsets, advance, 48);
CNX_AT(cnx_sink_offsets, read, 56);
CNX_AT(cnx_sink_offsets, reset, 64);

CNX_SIZE(cnx_mark, 40);
CNX_AT(cnx_mark, topic, 0);
CNX_AT(cnx_mark, partition, 16);
CNX_AT(cnx_mark, state, 20);
CNX_AT(cnx_mark, offset, 24);
CNX_AT(cnx_mark, timestamp_ms, 32);

CNX_SIZE(cnx_mark_position, 32);
CNX_AT(cnx_mark_position, topic, 0);
CNX_AT(cnx_mark_position, partition, 16);
CNX_AT(cnx_mark_position, present, 20);
CNX_AT(cnx_mark_position, next_offset, 24);

CNX_SIZE(cnx_sink_marks, 56);
CNX_AT(cnx_sink_marks, struct_size, 0);
CNX_AT(cnx_sink_marks, reserved, 4);
CNX_AT(cnx_sink_marks, bury, 8);
CNX_AT(cnx_sink_marks, begin_replay, 16);
CNX_AT(cnx_sink_marks, redeem, 24);
CNX_AT(cnx_sink_marks, outcome, 32);
CNX_AT(cnx_sink_marks, read, 40);
CNX_AT(cnx_sink_marks, overwrites, 48);
