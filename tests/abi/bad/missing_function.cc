// SPDX-License-Identifier: Apache-2.0
#include "cnx/abi/plugin.h"
#include "cnx/text.hpp"

namespace {
constexpr cnx_transform kTable = {sizeof(cnx_transform), CNX_RECORDS, CNX_ROWS, nullptr, nullptr, nullptr};
constexpr cnx_component kComponent = {sizeof(cnx_component),
                                      CNX_TRANSFORM,
                                      cnx::str("hollow"),
                                      cnx::str("d"),
                                      sizeof(cnx_config_key),
                                      0,
                                      nullptr,
                                      &kTable,
                                      nullptr,
                                      nullptr};
}  // namespace

extern "C" __attribute__((visibility("default"))) const cnx_plugin cnx_plugin_v1;
extern "C" const cnx_plugin cnx_plugin_v1 = {
    sizeof(cnx_plugin), CNX_PLUGIN_MAGIC,      CNX_ABI_1_0, CNX_ABI_CURRENT, cnx::str("hollow"),
    cnx::str("1.0"),    sizeof(cnx_component), 1,           &kComponent};
