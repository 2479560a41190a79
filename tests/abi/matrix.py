"""Old plugin in new host and new plugin in old host: each of ABI 1.0 (the frozen headers) and of a 1.1 that is made here by appending a
member to every table. And the proof that the layout check can fail: a moved member.

usage: matrix.py CC CXX SDK_FOLDER WORK_FOLDER
"""

import pathlib
import shutil
import subprocess
import sys

from later_headers import later_headers

HERE = pathlib.Path(__file__).resolve().parent
FROZEN = HERE / "frozen" / "1.0"
PLUGIN = HERE.parent / "conformance" / "plugin.c"
def run(*command):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True)


def build(*command):
    done = run(*command)
    assert done.returncode == 0, done.stderr


def matrix(cc, cxx, sdk, work):
    """Both plugins in both hosts."""
    versions = {"1.0": FROZEN, "1.1": later_headers(sdk / "include", work / "later")}
    for version, headers in versions.items():
        build(cc, "-std=c11", "-O1", "-fPIC", "-shared", "-fvisibility=hidden", "-I", headers, PLUGIN, "-o", work / f"plugin-{version}.so")
        build(cxx, "-std=c++20", "-O0", "-I", headers, "-I", sdk / "include", "-I", sdk / "testing" / "include", HERE / "runner.cc",
              "-o", work / f"host-{version}", "-pthread", "-ldl")
    failed = False
    for host in versions:
        for plugin in versions:
            done = run(work / f"host-{host}", work / f"plugin-{plugin}.so")
            failed = failed or done.returncode != 0
            print(f"plugin of ABI {plugin} in a host of ABI {host}: {'ok' if done.returncode == 0 else done.stdout + done.stderr}")
    return not failed


def moved_member_is_found(cxx, sdk, work):
    """Two members of cnx_sink change places."""
    moved = work / "moved"
    shutil.copytree(sdk / "include" / "cnx" / "abi", moved / "cnx" / "abi")
    header = moved / "cnx" / "abi" / "sink.h"
    text = header.read_text()
    swapped = text.replace("void (*idle)(void* self);", "@").replace("void (*stop)(void* self);", "void (*idle)(void* self);").replace("@", "void (*stop)(void* self);")
    assert swapped != text, "the members to move were not found"
    header.write_text(swapped)
    done = run(cxx, "-std=c++20", "-fsyntax-only", "-I", moved, "-I", sdk / "include", HERE / "layout_test.cc")
    found = done.returncode != 0 and "cnx_sink.idle is frozen" in done.stderr
    print("a moved member fails the build: " + ("ok" if found else "NOT FOUND\n" + done.stderr))
    return found


def main():
    cc, cxx, sdk, work = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]), pathlib.Path(sys.argv[4])
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    good = matrix(cc, cxx, sdk, work)
    return 0 if moved_member_is_found(cxx, sdk, work) and good else 1


sys.exit(main())
