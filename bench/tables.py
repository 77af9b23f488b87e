"""Tables, as text for a terminal and as Markdown."""


class Table:
    def __init__(self, title, columns):
        self._title, self._columns, self._rows, self._notes = title, columns, [], []

    def row(self, *cells):
        self._rows.append([str(cell) for cell in cells])

    def note(self, text):
        if text not in self._notes:
            self._notes.append(text)

    def text(self):
        widths = [max(len(row[i]) for row in [self._columns, *self._rows])
                  for i in range(len(self._columns))]
        lines = [self._title, ""]
        for row in [list(self._columns), *self._rows]:
            cells = [cell.rjust(width) if looks_numeric(cell) else cell.ljust(width)
                     for cell, width in zip(row, widths)]
            lines.append("  ".join(cells).rstrip())
        return "\n".join(lines + [""] * bool(self._notes) + self._notes)

    def markdown(self):
        lines = [f"### {self._title[0].upper()}{self._title[1:]}", "",
                 "| " + " | ".join(self._columns) + " |",
                 "|" + " --- |" * len(self._columns)]
        lines += ["| " + " | ".join(row) + " |" for row in self._rows]
        for note in self._notes:
            lines += ["", note]
        return "\n".join(lines)


def looks_numeric(cell):
    return cell[:1].isdigit()


def human_bytes(count):
    return f"{count / 2**20:,.0f} MiB"


def spread(events, figures):
    """Slowest to fastest, in thousands of events a second."""
    slow, fast = events / figures.wall_max_s, events / figures.wall_min_s
    return f"{slow / 1e3:,.0f}–{fast / 1e3:,.0f} k"
