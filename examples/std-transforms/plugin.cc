// SPDX-License-Identifier: Apache-2.0
#include "cnx/plugin.hpp"
#include "json_to_rows.h"

CNX_PLUGIN("std-transforms", "0.1.0", cnx::transform<cnx::std_transforms::JsonToRows>())
