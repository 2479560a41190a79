#include "@name@.h"

CNX_PLUGIN("@name@", "0.1.0", cnx::source<@Class@>())
