"""Pages that mean harm or mean nothing: bounded time, no throw."""

import json

import pytest

from hodoscope.forms.chromium import LivePage
from hodoscope.forms.model_file import SHIPPED

PAGES = {
    "no fields": "'<p>nothing</p>'",
    "a hundred thousand nodes": "'<i></i>'.repeat(1e5) + '<form><input name=q></form>'",
    "ten thousand inputs": "'<input name=q>'.repeat(1e4)",
    "ten thousand inputs in one form": "'<form>' + '<label>a<input name=q></label>'.repeat(1e4) + '</form>'",
    "a thousand forms": "'<form><input name=q><button>b</button></form>'.repeat(1e3)",
    "a megabyte of attribute": "'<form><input name=' + 'x'.repeat(1e6) + '></form>'",
    "a megabyte of label": "'<form><label>' + 'word '.repeat(2e5) + '<input></label></form>'",
    "a hundred submit buttons": "'<form>' + '<p><input name=a><input type=submit></p>'.repeat(100) + '</form>'",
    "elements ten thousand deep": "'<div>'.repeat(1e4) + '<form><input name=q></form>'",
    "not HTML": "'\\u0000\\uffff<<<>>><!DOCTYPE<form><input'",
}


@pytest.mark.parametrize("name", PAGES)
def test_bad_page_is_survived_in_bounded_time(live: LivePage, name: str) -> None:
    """Ten seconds are a hundred times what it takes; quadratic work would need minutes."""
    script = f"""model => {{
      const page = new DOMParser().parseFromString({PAGES[name]}, "text/html");
      const begin = performance.now();
      const found = hodoscopeForms.detectSync(page, hodoscopeForms.loadModel(model));
      return [performance.now() - begin, found.complete, JSON.stringify(found).length > 0]; }}"""
    milliseconds, complete, plain = live.call(script, json.loads(SHIPPED.read_text(encoding="utf-8")))
    assert milliseconds < 10_000
    assert complete
    assert plain


def test_detached_nodes_and_polluted_prototypes(live: LivePage) -> None:
    """A subtree outside any document; a page that put properties on Object.prototype."""
    script = """model => {
      Object.prototype.form = 7; Object.prototype.email = "x"; Object.prototype.label = "y";
      try {
        const box = document.createElement("section");
        box.innerHTML = "<form><input type=constructor name=__proto__><input type=password></form>";
        return hodoscopeForms.detectSync(box, hodoscopeForms.loadModel(model)).forms.length;
      } finally { delete Object.prototype.form; delete Object.prototype.email; delete Object.prototype.label; } }"""
    assert live.call(script, json.loads(SHIPPED.read_text(encoding="utf-8"))) == 1
