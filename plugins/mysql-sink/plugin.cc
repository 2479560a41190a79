// SPDX-License-Identifier: Apache-2.0
#include "cnx/plugin.hpp"
#include "mysql_sink.h"

CNX_PLUGIN("mysql-sink", "0.1.0", cnx::sink<cnx::mysql::MysqlSink>())
