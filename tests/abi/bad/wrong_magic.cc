// SPDX-License-Identifier: Apache-2.0
#include "cnx/abi/plugin.h"

extern "C" __attribute__((visibility("default"))) const cnx_plugin cnx_plugin_v1;
extern "C" const cnx_plugin cnx_plugin_v1 = {
    sizeof(cnx_plugin), 0x0badc0de, CNX_ABI_1_0, CNX_ABI_CURRENT, {}, {}, 0, 0, nullptr};
