"""A later minor version of the ABI: the present headers with a member more at the end of every table that may grow.

usage: later_headers.py INCLUDE_FOLDER OUTPUT_FOLDER
"""

import pathlib
import re
import shutil
import sys

# Structs without struct_size or stride are frozen for ever (abi/base.h).
FIXED = {"cnx_str", "cnx_header", "cnx_selection", "cnx_config_value"}


def later_headers(include, output):
    """Writes OUTPUT/cnx/abi."""
    shutil.rmtree(output, ignore_errors=True)
    shutil.copytree(include / "cnx" / "abi", output / "cnx" / "abi")
    grown = 0
    for header in (output / "cnx" / "abi").glob("*.h"):
        text, count = re.subn(r"^\} (cnx_\w+);", lambda m: m[0] if m[1] in FIXED else f"  void* appended_in_1_1;\n}} {m[1]};",
                              header.read_text(), flags=re.M)
        header.write_text(text.replace("#define CNX_ABI_CURRENT CNX_ABI_1_0", "#define CNX_ABI_CURRENT 1001u"))
        grown += count
    assert grown > 20, f"only {grown} tables were found: has the headers' style changed?"
    return output


if __name__ == "__main__":
    later_headers(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
