"""The tables of the Rust crate against the frozen layout: every size and offset that layout_test.cc knows of a table in abi.rs.

usage: rust_layout.py ABI_RS LAYOUT_TEST WORK_FOLDER
"""

import pathlib
import re
import shutil
import subprocess
import sys

RENAMED = {"cnx_config_key": "Key"}
KEYWORDS = {"type": "kind"}
LEAST_CHECKS = 100


def rust_name(c_name):
    return RENAMED.get(c_name) or "".join(part.capitalize() for part in c_name.split("_")[1:])


def checks(abi, layout):
    tables = set(re.findall(r"^pub struct (\w+)", abi, flags=re.M))
    for name, size in re.findall(r"^CNX_SIZE\((\w+), (\d+)\)", layout, flags=re.M):
        if rust_name(name) in tables:
            yield f'    size("{name}", std::mem::size_of::<abi::{rust_name(name)}>(), {size});'
    for name, member, offset in re.findall(r"^CNX_AT\((\w+), (\w+), (\d+)\)", layout, flags=re.M):
        if rust_name(name) in tables:
            yield f'    size("{name}.{member}", offset!({rust_name(name)}, {KEYWORDS.get(member, member)}), {offset});'


PROGRAM = """#![allow(dead_code)]
#[path = "{abi}"]
mod abi;

macro_rules! offset {{
    ($table:ident, $member:ident) => {{{{
        let table = std::mem::MaybeUninit::<abi::$table>::uninit();
        let start = table.as_ptr();
        unsafe {{ std::ptr::addr_of!((*start).$member) as usize - start as usize }}
    }}}};
}}

fn size(what: &str, here: usize, frozen: usize) {{
    assert_eq!(here, frozen, "{{what}} is frozen");
}}

fn main() {{
{checks}
}}
"""


def main():
    abi, layout, work = (pathlib.Path(argument) for argument in sys.argv[1:])
    if shutil.which("rustc") is None:
        print("skipped: no rustc on this machine (apt-get install cargo)")
        return 0
    lines = list(checks(abi.read_text(), layout.read_text()))
    assert len(lines) >= LEAST_CHECKS, f"only {len(lines)} checks were found: has the style of abi.rs or layout_test.cc changed?"
    work.mkdir(parents=True, exist_ok=True)
    (work / "layout.rs").write_text(PROGRAM.format(abi=abi, checks="\n".join(lines)))
    subprocess.run(["rustc", "--edition", "2021", "layout.rs", "-o", "layout"], cwd=work, check=True)
    subprocess.run([work / "layout"], check=True)
    print(f"{len(lines)} sizes and offsets are those of layout_test.cc")
    return 0


if __name__ == "__main__":
    sys.exit(main())
