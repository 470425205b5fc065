# SPDX-License-Identifier: MIT
"""Two plots as SVG: how long answers take, how a load grows."""
import math
from html import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 420, 70, 220, 40, 50
COLOURS = ["#0b6e99", "#d9730d", "#6940a5", "#448361", "#ad1a72", "#9f6b53"]


class Plot:
    """x and y map a value to a share of the width and height, 0 to 1."""

    def __init__(self, title, x, y):
        self.x, self.y = x, y
        self.parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
                      f'font-family="sans-serif" font-size="12"><rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
                      f'<text x="{LEFT}" y="24" font-size="15">{escape(title)}</text>']
        self.lines = 0

    def at(self, x, y):
        return (LEFT + self.x(x) * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - self.y(y) * (HEIGHT - TOP - BOTTOM))

    def axis_x(self, values, name):
        for value, label in values:
            x, y = LEFT + self.x(value) * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM
            self.parts.append(f'<path d="M{x:.1f} {TOP}V{y}" stroke="#ddd"/>'
                              f'<text x="{x:.1f}" y="{y + 18}" text-anchor="middle">{escape(label)}</text>')
        self.parts.append(f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 10}" text-anchor="end">{escape(name)}</text>')

    def axis_y(self, values):
        for value, label in values:
            y = HEIGHT - BOTTOM - self.y(value) * (HEIGHT - TOP - BOTTOM)
            self.parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>'
                              f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{escape(label)}</text>')

    def line(self, name, points, dashed=False):
        colour = COLOURS[self.lines % len(COLOURS)]
        path = " ".join("{:.1f},{:.1f}".format(*self.at(x, y)) for x, y in points)
        dash = ' stroke-dasharray="5 4"' if dashed else ""
        self.parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
        y = TOP + 12 + 20 * self.lines
        self.parts.append(f'<path d="M{WIDTH - RIGHT + 12} {y - 4}h18" stroke="{colour}" stroke-width="2"{dash}/>'
                          f'<text x="{WIDTH - RIGHT + 36}" y="{y}">{escape(name)}</text>')
        self.lines += 1

    def write(self, path):
        path.write_text("\n".join([*self.parts, "</svg>"]) + "\n", encoding="utf-8")


def latency(path, curves):
    """Nines to the right: each step is a tenth of the answers before it."""
    nines = lambda share: min(-math.log10(max(1 - share, 1e-4)), 4) / 4
    least, most = 1, 6  # powers of ten of microseconds
    plot = Plot("How long an answer takes", nines,
                lambda us: (math.log10(min(max(us, 10**least), 10**most)) - least) / (most - least))
    plot.axis_x([(0, "0"), (0.5, "50 %"), (0.9, "90 %"), (0.99, "99 %"), (0.999, "99.9 %"), (0.9999, "99.99 %")],
                "share of the answers that take no longer")
    plot.axis_y([(10**power, label) for power, label in enumerate(
        ("10 µs", "100 µs", "1 ms", "10 ms", "100 ms", "1 s"), least)])
    for name, curve in curves.items():
        plot.line(name, curve)
    plot.write(path)


def round_steps(most):
    """Up to six even steps from 0, each a 1, 2 or 5 with zeros."""
    power = 10 ** math.floor(math.log10(most))
    step = next(s for s in (power / 5, power / 2, power, 2 * power) if most / s <= 5)
    return [step * i for i in range(int(most / step) + 1)]


def growth(path, points):
    claims, seconds = points[-1]
    plot = Plot("How the time of a load grows", lambda n: n / claims, lambda s: s / seconds)
    plot.axis_x([(n, f"{n:,.0f}") for n in round_steps(claims)], "claims loaded")
    plot.axis_y([(s, f"{s:.3g} s") for s in round_steps(seconds)])
    plot.line("the load", points)
    plot.line("if it grew evenly", [(0, 0), points[-1]], dashed=True)
    plot.write(path)
