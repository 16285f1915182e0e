#!/usr/bin/env python3
"""Writes the profiles of `profiles/` into Sources/FinProfile/Shipped, one Swift file each.

usage: embed-profiles.py

Standard library only. `swift test` fails when a profile and its Swift file differ.
"""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = ROOT / "Sources" / "FinProfile" / "Shipped"


def member(name):
    first, *rest = name.split("-")
    return first + "".join("US" if word == "us" else word.capitalize() for word in rest)


def swift(name, text):
    if '"""#' in text:
        sys.exit(f"profiles/{name}.yaml holds three quotes and a hash: write it otherwise")
    body = "".join(f"        {line}\n" if line else "\n" for line in text.split("\n"))
    head, values = f"    static let {member(name)} = ShippedProfile(", f'name: "{name}", text: {member(name)}Text)'
    # 100 columns, as everywhere.
    joint = "" if len(head + values) <= 100 else "\n        "
    return (
        f"// Written by .ci/embed-profiles.py from profiles/{name}.yaml; a test compares the two.\n\n"
        "extension ShippedProfile {\n"
        f"{head}{joint}{values}\n\n"
        f'    private static let {member(name)}Text = #"""\n'
        + body
        + '        """#\n}\n'
    )


def table(names):
    members = "".join(f"        {member(name)},\n" for name in names)
    return (
        "// Written by .ci/embed-profiles.py.\n\n"
        "extension ShippedProfile {\n"
        "    /// Every shipped profile, by name.\n"
        f"    public static let all: [ShippedProfile] = [\n{members}    ]\n}}\n"
    )


def main():
    texts = {path.stem: path.read_text("utf-8") for path in (ROOT / "profiles").glob("*.yaml")}
    TARGET.mkdir(exist_ok=True)
    for old in TARGET.glob("*.swift"):
        old.unlink()
    for name, text in texts.items():
        kind = member(name)
        (TARGET / f"{kind[0].upper()}{kind[1:]}.swift").write_text(swift(name, text), "utf-8")
    (TARGET / "AllProfiles.swift").write_text(table(sorted(texts)), "utf-8")
    print(f"{len(texts)} profiles written to {TARGET.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
