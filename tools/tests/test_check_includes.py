"""check_includes.py: the directions of the house plan."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import check_includes


class Includes(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)
        check_includes.ROOT = pathlib.Path(self.dir.name)

    def found(self, folder, name, *includes):
        path = check_includes.ROOT / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"#include {include}\n" for include in includes), encoding="utf-8")
        return list(check_includes.findings(path, folder))

    def test_the_sdk_knows_nothing_of_the_host(self):
        self.assertTrue(self.found("sdk/include/cnx", "a.hpp", '"base/log.h"'))
        self.assertTrue(self.found("sdk/include/cnx/abi", "a.h", '"cnx/result.hpp"'))

    def test_plugins_know_neither_host_nor_abi_nor_each_other(self):
        for include in ('"runtime/task.h"', '"cnx/abi/sink.h"', '"walmart-source/api.h"'):
            self.assertTrue(self.found("plugins/mysql-sink", "a.cc", include), include)

    def test_a_library_belongs_to_one_module(self):
        self.assertTrue(self.found("host/src/runtime", "a.cc", "<librdkafka/rdkafka.h>"))
        self.assertFalse(self.found("host/src/kafka", "a.cc", "<librdkafka/rdkafka.h>"))

    def test_modules_depend_downwards(self):
        self.assertTrue(self.found("host/src/base", "a.cc", '"config/config.h"'))
        self.assertFalse(self.found("host/src/runtime", "a.cc", '"config/config.h"', '"runtime/b.h"', "<vector>"))

    def test_a_unit_test_may_use_the_testing_kit(self):
        self.assertFalse(self.found("plugins/mysql-sink", "sink_test.cc", '"cnx/testing/fake_host.hpp"', '"cnx/abi/sink.h"'))


if __name__ == "__main__":
    unittest.main()
