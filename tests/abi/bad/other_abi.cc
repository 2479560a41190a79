// SPDX-License-Identifier: Apache-2.0
#include "cnx/abi/plugin.h"

extern "C" __attribute__((visibility("default"))) const cnx_plugin cnx_plugin_v1;
extern "C" const cnx_plugin cnx_plugin_v1 = {sizeof(cnx_plugin), CNX_PLUGIN_MAGIC, 7000, 7003, {}, {}, 0, 0, nullptr};
