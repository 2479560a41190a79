// SPDX-License-Identifier: Apache-2.0
#include "cnx/plugin.hpp"
#include "order_transform.h"

CNX_PLUGIN("order-transform", "0.1.0", cnx::transform<cnx::order_transform::OrderTransform>())
