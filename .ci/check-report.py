#!/usr/bin/env python3
"""Holds report.html of finished runs against what it promises, with nothing but Python and tidy.

usage: check-report.py [--page] RUN_DIRECTORY...

--page: the directories hold the page alone, without the files that its numbers stand in.

Says nothing of how the page looks; it is looked at in a browser when it changes.
"""
import csv
import pathlib
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

LARGEST = 2_000_000  # bytes
LEAST_CONTRAST = 4.5  # WCAG 2.1, level AA, text

# Colours of text and what they stand on, as the style sheet uses them.
PAIRS = [(text, ground) for text in ("ink", "soft", "badink", "okink", "warnink")
         for ground in ("paper", "tint")]
PAIRS += [("paper", f"s{number}") for number in range(1, 7)]


def refuse(path, message):
    sys.exit(f"{path}: {message}")


def luminance(colour):
    """Relative luminance of "#rrggbb" or "#rgb", 0 to 1 (WCAG 2.1)."""
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[place:place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
              for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def themes(path, style):
    """The colours of the light theme, and those of the dark one."""
    blocks = re.findall(r":root,\.chart\{([^}]*)\}", style)
    if len(blocks) != 2:
        refuse(path, f"has {len(blocks)} sets of colours, expected a light and a dark one")
    light, dark = (dict(re.findall(r"--(\w+):(#[0-9a-fA-F]{3,6})", block)) for block in blocks)
    return {"light": light, "dark": {**light, **dark}}


def check_contrast(path, style):
    least = None
    for theme, colours in themes(path, style).items():
        for text, ground in PAIRS:
            ratio = contrast(colours[text], colours[ground])
            if ratio < LEAST_CONTRAST:
                refuse(path, f"{theme} theme: \"{text}\" on \"{ground}\" has a contrast of "
                             f"{ratio:.2f}, expected {LEAST_CONTRAST}: change the colours")
            least = min(least or ratio, ratio)
    return least


def check_tidy(path):
    command = ["tidy", "-q", "-e", "-utf8", "--drop-empty-elements", "no",
               "--warn-proprietary-attributes", "no", str(path)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    if result.returncode != 0:
        refuse(path, "tidy complains:\n" + result.stderr[:2000])


def check_alone(path, root):
    """Nothing is loaded, nothing runs, no id stands twice."""
    ids = set()
    for element in root.iter():
        if element.tag == "script":
            refuse(path, "holds a script")
        for key, value in element.attrib.items():
            if key in ("src", "href", "srcset", "action") or key.startswith("on"):
                refuse(path, f"<{element.tag}> has the attribute \"{key}\"")
            if "url(" in value and not value.startswith("url(#"):
                refuse(path, f"<{element.tag}> loads \"{value}\"")
            if key == "id":
                if value in ids:
                    refuse(path, f"the id \"{value}\" stands twice")
                ids.add(value)


def check_charts(path, root):
    space = "{http://www.w3.org/2000/svg}"
    charts = [element for element in root.iter(space + "svg")]
    for chart in charts:
        for name in ("title", "desc"):
            found = chart.find(space + name)
            if found is None or not (found.text or "").strip():
                refuse(path, f"a chart has no <{name}>")
        if chart.get("role") != "img" or not chart.get("aria-label"):
            refuse(path, "a chart lacks role=\"img\" or its label")
    return len(charts)


def check_numbers(path, root):
    """Every latency of the page is the number of summary.csv."""
    with open(path.parent / "summary.csv", newline="") as file:
        rows = [row for row in csv.DictReader(file)
                if row["phase"] == "main" and row["turn"] == "0"]
    scenarios = {row["scenario"] for row in rows}
    wanted = "all" if len(scenarios) > 2 else None
    known = {(row["metric"], row["anchor"], row["stat"]): row for row in rows
             if wanted is None or row["scenario"] in (wanted, "")}
    checked = 0
    for table in root.iter("table"):
        columns = [cell.text for cell in table.iter("th")][1:]
        for line in table.iter("tr"):
            if line.get("data-metric") is None:
                continue
            for column, cell in zip(columns, line.findall("td")[1:]):
                row = known.get((line.get("data-metric"), line.get("data-anchor"), column))
                if row is None or cell.get("data-ms") is None:
                    continue
                place = f"{row['metric']} {row['anchor']} {column}"
                if float(cell.get("data-ms")) != float(row["value"]):
                    refuse(path, f"{place} is {cell.get('data-ms')} ms, summary.csv has "
                                 f"{row['value']}")
                if (cell.text or "").startswith(">= ") != (row["is_lower_bound"] == "1"):
                    refuse(path, f"{place} \"{cell.text}\": wrong about being a lower bound")
                checked += 1
    if checked == 0:
        refuse(path, "no latency of summary.csv was found in it")
    return checked


def check(directory, is_alone=False):
    path = pathlib.Path(directory) / "report.html"
    data = path.read_bytes()
    if len(data) >= LARGEST:
        refuse(path, f"is {len(data)} bytes long, expected less than {LARGEST}")
    # The page is written so that it is XML as well.
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        refuse(path, f"is not well-formed: {error}")
    check_tidy(path)
    check_alone(path, root)
    style = "".join(element.text or "" for element in root.iter("style"))
    if "url(" in style or "@import" in style:
        refuse(path, "its style sheet loads something")
    least = check_contrast(path, style)
    charts = check_charts(path, root)
    numbers = 0 if is_alone else check_numbers(path, root)
    print(f"{path}: {len(data)} bytes, {charts} charts, {numbers} numbers as in summary.csv, "
          f"least contrast {least:.2f}")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    if shutil.which("tidy") is None:
        sys.exit("check-report.py needs tidy: apt-get install -y tidy")
    words = sys.argv[1:]
    for directory in words[1:] if words[0] == "--page" else words:
        check(directory, is_alone=words[0] == "--page")
