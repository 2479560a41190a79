// SPDX-License-Identifier: Apache-2.0
#include "cnx/plugin.hpp"
#include "http_sink.h"

CNX_PLUGIN("http-sink", "0.1.0", cnx::sink<cnx::http_sink::HttpSink>())
