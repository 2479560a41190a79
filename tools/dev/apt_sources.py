"""Writes an apt source list for another suite, made from this machine's own list.

    apt_sources.py deb|deb-src SUITE CODENAME OUT_DIR

Reads /etc/apt/sources.list and sources.list.d (one-line and deb822 form), takes the entries of the running release's main
archive, and writes them as entries of the given kind for SUITE. Mirrors, keyrings and other options stay as they are, so a machine
behind a mirror goes on using it.
"""

import pathlib
import re
import sys

APT = pathlib.Path("/etc/apt")
# Fields that belong to the original suite or kind, not to the archive.
DROPPED = {"types", "suites", "components", "architectures", "languages", "targets", "enabled", "pdiffs"}


def one_line_entries(text):
    """(uri, suite, components, option fields) of each `deb` line."""
    for line in text.splitlines():
        found = re.match(r"\s*deb(?:-src)?\s+(?:\[(?P<options>[^]]*)\]\s*)?(?P<uri>\S+)\s+(?P<suite>\S+)\s*(?P<rest>[^#]*)", line)
        if not found:
            continue
        fields = {}
        for option in (found["options"] or "").split():
            name, _, value = option.partition("=")
            if name.lower() not in {"arch", "lang", "target", "pdiffs"}:
                fields[name.title()] = value.replace(",", " ")
        yield [found["uri"]], [found["suite"]], found["rest"].split(), fields


def deb822_entries(text):
    """The same of each stanza; a field's continuation lines stay in its value (an embedded key has many)."""
    for stanza in re.split(r"\n\s*\n", text):
        fields, name = {}, None
        for line in stanza.splitlines():
            if line.startswith("#") or not line.strip():
                continue
            if line[0] in " \t" and name:
                fields[name] += "\n" + line
            else:
                name, _, value = line.partition(":")
                fields[name] = value.strip()
        lower = {key.lower(): value for key, value in fields.items()}
        if "uris" not in lower or lower.get("enabled", "yes").lower() in {"no", "false", "0"}:
            continue
        kept = {key: value for key, value in fields.items() if key.lower() not in DROPPED | {"uris"}}
        yield lower["uris"].split(), lower.get("suites", "").split(), lower.get("components", "").split(), kept


def entries():
    files = [APT / "sources.list", *sorted(APT.glob("sources.list.d/*.list")), *sorted(APT.glob("sources.list.d/*.sources"))]
    for path in files:
        if path.is_file():
            parse = deb822_entries if path.suffix == ".sources" else one_line_entries
            yield from parse(path.read_text(encoding="utf-8", errors="replace"))


def main(kind, suite, codename, out_dir):
    names = {codename, "stable", "oldstable", suite}
    stanzas = []
    for uris, suites, components, fields in entries():
        if not names.intersection(suites) or "main" not in components:
            continue
        lines = [f"Types: {kind}", f"URIs: {' '.join(uris)}", f"Suites: {suite}", "Components: main"]
        lines += [f"{key}: {value}" for key, value in fields.items()]
        if lines not in stanzas:
            stanzas.append(lines)
    if not stanzas:
        sys.exit(f"error: no entry of the Debian archive ({codename}, component main) in /etc/apt/sources.list or"
                 " /etc/apt/sources.list.d: add one, what is not in this release is fetched from the same place")
    out = pathlib.Path(out_dir) / f"{suite}.sources"
    out.write_text("\n\n".join("\n".join(lines) for lines in stanzas) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
