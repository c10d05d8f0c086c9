"""Markup that cannot be forgotten to escape: text becomes markup only through :func:`tag` and :func:`text`."""

from html import escape
from typing import TypeAlias


class Markup(str):
    """Well-formed markup; everything else is text and gets escaped."""

    __slots__ = ()


Child: TypeAlias = "Markup | str | None"
VOID = frozenset({"meta", "br", "col", "rect", "line", "circle", "path", "polyline", "polygon"})


def text(content: str) -> Markup:
    """Text as markup; control characters that XML forbids are shown as �."""
    clean = "".join(sign if sign >= " " or sign in "\n\t" else "\ufffd" for sign in content)
    return Markup(escape(clean, quote=True))


def joined(*children: Child) -> Markup:
    """Children one after another; None is nothing."""
    return Markup(
        "".join(child if isinstance(child, Markup) else text(child) for child in children if child is not None)
    )


def tag(name: str, /, *children: Child, **attributes: str | float | None) -> Markup:
    """``<name attributes>children</name>``.

    An underscore in an attribute's name is a hyphen, a last one is dropped (``class_``); numbers are rounded to two
    places; None leaves the attribute out.
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items() if value is not None)
    return Markup(f"<{name}{written}{'/>' if name in VOID else f'>{joined(*children)}</{name}>'}")


def _attribute(key: str, value: str | float) -> str:
    content = value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
    return f' {key.rstrip("_").replace("_", "-")}="{text(content)}"'
