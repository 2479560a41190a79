// SPDX-License-Identifier: Apache-2.0
#include "cnx/plugin.hpp"
#include "cast.h"
#include "filter.h"
#include "filter_rows.h"
#include "json_to_rows.h"
#include "mask_field.h"
#include "replace_field.h"

using namespace cnx::std_transforms;

CNX_PLUGIN("std-transforms", "0.1.0", cnx::transform<JsonToRows>(), cnx::transform<ReplaceField>(),
           cnx::transform<MaskField>(), cnx::transform<Cast>(), cnx::transform<Filter>(), cnx::transform<FilterRows>())
