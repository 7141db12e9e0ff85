"""Colours, radii, spacing and type: the only literals of the page. `assets/nexus.css` speaks in these names alone."""

import reflex as rx

COLOURS: dict[str, tuple[str, str]] = {
    # name: (light, dark)
    "bg": ("#f7f7f8", "#0d0e11"),
    "surface": ("#ffffff", "#15171c"),
    "raised": ("#ffffff", "#1b1e24"),
    "sunken": ("#f0f0f3", "#101216"),
    "hover": ("#f2f2f5", "#1f2229"),
    "line": ("#e3e3e8", "#262932"),
    "line-strong": ("#c9c9d1", "#3b3f4b"),
    "text": ("#17181c", "#ececf1"),
    "muted": ("#5c5e69", "#a3a6b4"),
    "faint": ("#6f717d", "#868a99"),
    "accent": ("#4b45d6", "#9391ff"),
    "accent-hover": ("#3c36bd", "#a9a7ff"),
    "accent-soft": ("#eeedfd", "#22223f"),
    "on-accent": ("#ffffff", "#0d0e11"),
    "ok": ("#157a3c", "#4cc38a"),
    "ok-soft": ("#e6f5ec", "#12291e"),
    "warn": ("#8f5a00", "#e5b454"),
    "warn-soft": ("#fdf3dc", "#2d2411"),
    "bad": ("#b4231f", "#ff8a80"),
    "bad-soft": ("#fdeceb", "#2c1716"),
    "wait": ("#1d5fa8", "#77b4f2"),
    "wait-soft": ("#e6f0fb", "#13243a"),
    "shade": ("rgb(15 16 20 / 0.42)", "rgb(0 0 0 / 0.62)"),
    "shadow": ("rgb(20 21 28 / 0.08)", "rgb(0 0 0 / 0.5)"),
}

SIZES: dict[str, str] = {
    "r1": "4px",
    "r2": "6px",
    "r3": "10px",
    "s1": "4px",
    "s2": "8px",
    "s3": "12px",
    "s4": "16px",
    "s5": "24px",
    "s6": "32px",
    "s7": "48px",
    "t-xs": "0.75rem",
    "t-s": "0.8125rem",
    "t-m": "0.875rem",
    "t-l": "1rem",
    "t-xl": "1.25rem",
    "t-2xl": "1.5rem",
    "side": "216px",
    "bar": "52px",
    "font": 'Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
    "mono": 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
}


def variables() -> str:
    """Every token as a CSS custom property; `light-dark()` follows the system until the toggle names a side."""
    colours = "".join(f"--{name}:light-dark({light},{dark});" for name, (light, dark) in COLOURS.items())
    sizes = "".join(f"--{name}:{value};" for name, value in SIZES.items())
    return (
        f":root{{color-scheme:light dark;{colours}{sizes}}}"
        ":root.light{color-scheme:light}:root.dark{color-scheme:dark}"
    )


def head() -> list[rx.Component]:
    """What the document's head needs: the tokens, the stylesheet, and the script that keeps times ticking."""
    return [
        rx.el.style(variables()),
        rx.el.link(rel="stylesheet", href="/nexus.css"),
        rx.el.link(rel="icon", type="image/svg+xml", href="/favicon.svg"),
        rx.el.meta(name="viewport", content="width=device-width, initial-scale=1, viewport-fit=cover"),
        rx.el.script(src="/nexus.js", defer=True),
    ]
