"""Checks who includes whom: modules depend downwards only, and each third-party library is wrapped by one module.

The table below is the house plan (docs/architecture.md). A file outside every module is not checked.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')

# Third-party libraries by the first part of an include's path.
LIBRARIES = {
    "librdkafka": re.compile(r"librdkafka/"),
    "yaml-cpp": re.compile(r"yaml-cpp/"),
    "Boost.DLL": re.compile(r"boost/dll"),
    "Boost.Asio/Beast": re.compile(r"boost/(asio|beast)"),
    "prometheus-cpp": re.compile(r"prometheus/"),
    "spdlog": re.compile(r"spdlog/"),
    "CLI11": re.compile(r"CLI/"),
    "libcurl": re.compile(r"curl/"),
    "libdeflate": re.compile(r"libdeflate\.h"),
    "libmariadb": re.compile(r"(mysql\.h|mysql/|mariadb/|errmsg\.h|mysqld_error\.h|ma_\w+\.h)"),
    "yyjson": re.compile(r"yyjson\.h"),
    "date": re.compile(r"date/"),
    "nlohmann-json": re.compile(r"nlohmann/"),
    "fmt": re.compile(r"fmt/"),
    "OpenSSL": re.compile(r"openssl/"),
    "dlfcn": re.compile(r"dlfcn\.h"),
}

# Project includes by their first folder.
MODULES = ("base", "config", "plugin", "kafka", "runtime", "errors", "observe", "dlq")
SDK_ABI = "sdk ABI"
SDK_CPP = "sdk C++"
SDK_TESTING = "sdk testing"

# Folder -> (project modules it may include, libraries it may include). Its own files are always allowed.
RULES = {
    "sdk/include/cnx/abi": ((), ()),
    "sdk/include/cnx": ((SDK_ABI,), ()),
    "sdk/testing": ((SDK_ABI, SDK_CPP), ("dlfcn", "fmt")),
    "host/src/base": ((SDK_ABI, SDK_CPP), ("fmt", "spdlog", "date")),
    "host/src/config": (("base", SDK_ABI, SDK_CPP), ("yaml-cpp", "fmt", "nlohmann-json")),
    "host/src/errors": (("base", SDK_ABI, SDK_CPP), ("fmt", "nlohmann-json")),
    "host/src/kafka": (("base", SDK_ABI, SDK_CPP), ("librdkafka", "fmt")),
    "host/src/observe": (("base", SDK_ABI, SDK_CPP), ("Boost.Asio/Beast", "prometheus-cpp", "spdlog", "fmt", "nlohmann-json")),
    "host/src/plugin": (("base", "config", SDK_ABI, SDK_CPP), ("Boost.DLL", "fmt", "nlohmann-json")),
    "host/src/runtime": (("base", "config", "errors", "kafka", "observe", "plugin", SDK_ABI, SDK_CPP), ("fmt", "nlohmann-json")),
    "host/src/dlq": (("base", "config", "errors", "kafka", "plugin", "runtime", SDK_ABI, SDK_CPP), ("fmt",)),
    # check-plugin is the SDK's suite as a command.
    "host/app": ((*MODULES, SDK_ABI, SDK_CPP, SDK_TESTING), ("fmt", "CLI11", "nlohmann-json", "date")),
    "plugins/walmart-source": ((SDK_CPP,), ("libcurl", "libdeflate", "date", "fmt", "yyjson", "OpenSSL", "nlohmann-json")),
    "plugins/order-transform": ((SDK_CPP,), ("yyjson", "date", "fmt", "nlohmann-json")),
    "plugins/mysql-sink": ((SDK_CPP,), ("libmariadb", "fmt", "yyjson", "nlohmann-json")),
    "examples/http-sink": ((SDK_CPP,), ("libcurl", "yyjson")),
    "examples/random-source": ((SDK_CPP,), ()),
    "examples/std-transforms": ((SDK_CPP,), ("yyjson",)),
}
# A unit test may use what its module may, and these.
TEST_MODULES = (SDK_ABI, SDK_CPP, SDK_TESTING)
TEST_LIBRARIES = ("dlfcn",)  # to stand before a function of the system that has to fail
PLUGIN_NAMES = ("walmart-source", "order-transform", "mysql-sink")


def module_of_include(include):
    """The project module an include names, or None for a file of the includer's own folder, std or a library."""
    if include.startswith("cnx/abi/"):
        return SDK_ABI
    if include.startswith("cnx/testing/") or include.startswith("testing/"):
        return SDK_TESTING
    if include.startswith("cnx/"):
        return SDK_CPP
    first = include.split("/")[0]
    if first in MODULES and "/" in include:
        return first
    if include.startswith(("host/", "app/")):
        return "host"
    if first in PLUGIN_NAMES or include.startswith("plugins/"):
        return f"plugin {include}"
    return None


def library_of_include(include):
    return next((name for name, pattern in LIBRARIES.items() if pattern.match(include)), None)


def own_module(folder):
    if folder == "sdk/include/cnx/abi":
        return SDK_ABI
    if folder == "sdk/include/cnx":
        return SDK_CPP
    if folder == "sdk/testing":
        return SDK_TESTING
    return folder.split("/")[-1]


def findings(path, folder):
    modules, libraries = RULES[folder]
    allowed = {*modules, own_module(folder)}
    if path.stem.endswith(("_test", "_test_support", "_bench", "_fuzz")) or "testing" in path.parts:
        allowed.update(TEST_MODULES)
        libraries = (*libraries, *TEST_LIBRARIES)
        if folder.startswith("examples/"):
            allowed.add("plugin")  # tried through the host's loader
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        found = INCLUDE.match(line)
        if not found:
            continue
        include = found[1]
        library = library_of_include(include)
        module = None if library else module_of_include(include)
        if library and library not in libraries:
            may = ", ".join(sorted(f for f, (_, libs) in RULES.items() if library in libs)) or "nobody"
            yield f"{path.relative_to(ROOT)}:{number}: {folder} may not use {library} (<{include}>); it belongs to {may}"
        elif module and module not in allowed and not (module == "host" and folder == "host/app"):
            yield f"{path.relative_to(ROOT)}:{number}: {folder} may not include {module} (\"{include}\")"


def main():
    found = []
    # The deepest folder's rule is the file's: sdk/include/cnx/abi lies inside sdk/include/cnx.
    folders = sorted(RULES, key=len, reverse=True)
    seen = set()
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".h", ".hpp", ".c", ".cc"} and path not in seen:
                seen.add(path)
                found += findings(path, folder)
    print("\n".join(found) if found else f"{len(seen)} files include in the right direction")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
