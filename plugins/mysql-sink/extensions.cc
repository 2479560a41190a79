// SPDX-License-Identifier: Apache-2.0
//
// The C tables of the features cnx.preflight/1 and cnx.render/1, which the SDK's wrapper has no classes for.
#include <vector>

#include "cnx/abi/ext/preflight.h"
#include "cnx/abi/ext/render.h"
#include "cnx/detail/trampolines.hpp"
#include "mysql_sink.h"
#include "preflight.h"
#include "render.h"

namespace cnx::mysql {
namespace {

using Look = Status (*)(const Settings&, std::span<const BatchView>, Findings&);

cnx_status look(Look what, const cnx_config* config, const cnx_batch* shapes, std::uint64_t count,
                const cnx_findings* findings, cnx_error* error) {
  return detail::guarded(error, [&]() -> Status {
    CNX_ASSIGN(const Settings settings, Settings::from(Config(*config)));
    std::vector<BatchView> views;
    for (std::uint64_t i = 0; i < count; ++i) views.emplace_back(shapes[i]);
    Findings found(*findings);
    return what(settings, views, found);
  });
}

cnx_status check(const cnx_host*, const cnx_config* config, const cnx_batch* shapes, std::uint64_t count,
                 const cnx_findings* findings, cnx_error* error) {
  return look(&check_server, config, shapes, count, findings, error);
}

cnx_status init(const cnx_host*, const cnx_config* config, const cnx_batch* shapes, std::uint64_t count,
                const cnx_findings* findings, cnx_error* error) {
  return look(&init_server, config, shapes, count, findings, error);
}

cnx_status render_rows(const cnx_config* config, const cnx_batch* batch, cnx_selection rows, void* ctx,
                       void (*statement)(void*, cnx_str), cnx_error* error) {
  return detail::guarded(error, [&]() -> Status {
    CNX_ASSIGN(const Settings settings, Settings::from(Config(*config)));
    return render(settings, BatchView(*batch), Selection(*batch, rows),
                  [&](std::string_view sql) { statement(ctx, str(sql)); });
  });
}

constexpr cnx_preflight kPreflight = {sizeof(cnx_preflight), &check, &init};
constexpr cnx_render kRender = {sizeof(cnx_render), &render_rows};

}  // namespace

const void* MysqlSink::extension(std::string_view id) {
  if (id == CNX_EXT_PREFLIGHT) return &kPreflight;
  if (id == CNX_EXT_RENDER) return &kRender;
  return nullptr;
}

}  // namespace cnx::mysql
