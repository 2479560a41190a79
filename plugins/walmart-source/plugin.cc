// SPDX-License-Identifier: Apache-2.0
#include "cnx/plugin.hpp"

#include "source.h"

CNX_PLUGIN("walmart-source", "0.1.0", cnx::source<walmart::WalmartSource>())
