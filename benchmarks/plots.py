"""Plots of the figures: bars as SVG in ``plots/``, drawn from the rows of ``results.json``.

``python -m benchmarks.plots`` draws all of them anew.
"""

import json
from html import escape
from pathlib import Path

FOLDER = Path(__file__).with_name("plots")
COLOURS = ("#2f6f9f", "#e08e45", "#7a9e54", "#a3548c", "#8c8c8c")
WIDTH, LABEL, BAR, GAP, HEAD = 720, 190, 18, 10, 34  # pixels
LONGEST = WIDTH - LABEL - 90  # of a bar: the rest is for its value


def _orders(rows):
    yield (
        "Processor time for an order, ms",
        {
            f"{row['orders']} orders": {
                "import": row["cpu"] / row["orders"] * 1000,
                **({"plain calls": row["floor"]["cpu"] / row["orders"] * 1000} if "floor" in row else {}),
            }
            for row in rows
        },
    )


def _listings(rows):
    def number(row):
        count, _x, size = row["listings"].rpartition("x")
        return int(count or 1) * int(size)

    yield (
        "Sweep: processor time for a listing, ms",
        {
            f"{row['listings']} listings": {
                "sweep": row["sweep"]["cpu"] / number(row) * 1000,
                "Odoo's own computation": row["floor"]["cpu"] / number(row) * 1000,
            }
            for row in rows
        },
    )
    yield (
        "A turn of the job: processor time, s",
        {
            f"{row['listings']} listings": {
                "nothing changed": row["quiet"]["cpu"],
                "100 changed": row["trickle"]["cpu"],
            }
            for row in rows
        },
    )


def _workers(rows):
    yield (
        "All accounts had a turn, s",
        {f"{row['processes']} processes": {"": row["seconds"]} for row in rows},
    )


def _screens(rows):
    largest = rows[max(rows, key=float)]
    yield "First page of a screen, ms", {name: {"": row["seconds"] * 1000} for name, row in largest.items()}


def _overhead(rows):
    for work, title in (("confirm", "Confirming an order"), ("validate", "Validating its transfer")):
        yield (
            f"{title}: processor time, ms",
            {row["database"]: {"": row["ms"]} for row in rows if row["work"] == work},
        )


def _peers(rows):
    for name, title in (("calls", "Calls"), ("refused", "Calls refused (429)"), ("hours", "Virtual hours")):
        works = dict.fromkeys(row["work"] for row in rows)
        yield title, {work: {r["who"]: r[name] for r in rows if r["work"] == work} for work in works}


def _day(row):
    ages = (("age", "stock or price"), ("order_age", "order"))
    yield "Age of a change when it is through, s", {what: row[name] for name, what in ages}
    yield (
        "Calls, and the fewest that would do",
        {
            operation: {"calls": row["calls"].get(operation, 0), "fewest": least}
            for operation, least in row["fewest"].items()
        },
    )


def _events(rows):
    ways = {"Events" if row["events"] else "Asking only": row for row in rows}
    for what, title in (
        ("orders", "From an order at Amazon to Odoo, s"),
        ("feeds", "From a feed's end to Odoo, s"),
    ):
        yield title, {way: row[what] for way, row in ways.items()}
    yield "Calls in an hour", {way: row["calls_an_hour"] for way, row in ways.items()}


PLOTS = {
    "orders": _orders,
    "listings": _listings,
    "workers": _workers,
    "screens": _screens,
    "overhead": _overhead,
    "peers": _peers,
    "day": _day,
    "events": _events,
}


def draw(benchmark, rows, quick=False):
    """Draw the plot of a benchmark. Returns its path.

    :param rows: as in ``results.json``
    :param bool quick: of quick sizes, which have a folder of their own
    """
    parts, height = [], 0
    for title, groups in PLOTS[benchmark](rows):
        height = _panel(parts, height, title, groups)
    height += GAP
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif"'
    background = f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>'
    path = (FOLDER / "quick" if quick else FOLDER) / f"{benchmark}.svg"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([f'{head} font-size="12">', background, *parts, "</svg>\n"]))
    return path


def _panel(parts, top, title, groups):
    """Draw one group of bars below another. Returns where it ends."""
    most = max(value for bars in groups.values() for value in bars.values()) or 1
    parts.append(f'<text x="10" y="{top + 22}" font-weight="bold">{escape(title)}</text>')
    names = list(dict.fromkeys(name for bars in groups.values() for name in bars))
    colours = dict(zip(names, COLOURS, strict=False))
    top = _legend(parts, top + HEAD, colours)
    for label, bars in groups.items():
        parts.append(f'<text x="10" y="{top + 13}">{escape(label)}</text>')
        for name, value in bars.items():
            width = value / most * LONGEST
            text = f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
            parts.append(
                f'<rect x="{LABEL}" y="{top}" width="{width:.1f}" height="{BAR - 3}" fill="{colours[name]}"/>'
                f'<text x="{LABEL + width + 5:.1f}" y="{top + 12}">{text}</text>'
            )
            top += BAR
        top += GAP
    return top


def _legend(parts, top, colours):
    """Name the colours, where there are several. Returns where it ends."""
    if len(colours) < 2:
        return top
    for number, (name, colour) in enumerate(colours.items()):
        left = LABEL + number * 165
        parts.append(f'<rect x="{left}" y="{top}" width="12" height="12" fill="{colour}"/>')
        parts.append(f'<text x="{left + 17}" y="{top + 10}">{escape(name)}</text>')
    return top + BAR + GAP


def main():
    """Draw all plots that there are figures for."""
    results = json.loads(Path(__file__).with_name("results.json").read_text())
    for quick, rows in ((False, results), (True, results.get("quick", {}))):
        for benchmark in PLOTS.keys() & rows.keys():
            draw(benchmark, rows[benchmark], quick)


if __name__ == "__main__":
    main()
