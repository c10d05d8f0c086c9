"""Which controls belong together, in real DOM."""

import json
from typing import Any

import pytest

from hodoscope.forms.chromium import LivePage
from hodoscope.forms.model_file import SHIPPED

ASP_NET = """<form><input type=hidden name=__VIEWSTATE>
<div><input name=q><input type=submit value=Search></div>
<div><input name=user><input name=pass type=password><input type=submit value=Login></div></form>"""

CASES = {
    "fields of one form are one segment": ("<form><input name=a><input name=b><button>Go</button></form>", ["a b"]),
    "a control far away belongs to the form its attribute names": (
        "<form id=f><input name=a></form><p><input name=b form=f></p>",
        ["a b"],
    ),
    "a page-wide ASP.NET form falls into its parts": (ASP_NET, ["q", "user pass"]),
    "a registration with a helper button stays whole": (
        """<form><p><input name=user><button>Check</button></p><p><input name=pass type=password>
        <input name=pass2 type=password></p><button>Create</button></form>""",
        ["user pass pass2"],
    ),
    "fields without a form end at their button": (
        "<div><input name=q><button>Find</button></div><div><input name=mail><button>Join</button></div>",
        ["q", "mail"],
    ),
    "fields without a form and without a button stay together": (
        "<div><input name=user></div><div><input type=password name=pass></div>",
        ["user pass"],
    ),
    "a form that lost a field to broken markup gets it back": (
        "<form id=f></form><input name=a form=f><div><input name=lost></div><input name=b form=f>",
        ["a lost b"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_segments(live: LivePage, name: str) -> None:
    """Names of the fields of each segment."""
    html, expected = CASES[name]
    call = "html => { const p = hodoscopeForms.vectorisePage(html, []); return [p.segments.length, p.fields]; }"
    count, fields = live.call(call, html)
    found = [" ".join(f["name"] for f in fields if f["segment"] == i and f["name"]) for i in range(count)]
    assert found == expected


def _detect(live: LivePage, script: str) -> Any:
    return live.call(f"async model => {{ const m = hodoscopeForms.loadModel(model); {script} }}", _model())


def _model() -> Any:
    return json.loads(SHIPPED.read_text(encoding="utf-8"))


def test_open_shadow_roots_are_entered(live: LivePage) -> None:
    """A login inside a component is a login."""
    script = """
      const host = document.createElement("x-login"); document.body.append(host);
      host.attachShadow({mode: "open"}).innerHTML =
        "<label>User<input name=user></label><input type=password name=password><button>Sign in</button>";
      const found = hodoscopeForms.detectSync(document, m); host.remove();
      return found.forms.map(form => form.label);"""
    assert _detect(live, script) == ["login"]


def test_spent_budget_gives_the_best_answer_so_far(live: LivePage) -> None:
    """No throw, `complete` is false, and nothing was made up."""
    script = """
      const page = new DOMParser().parseFromString("<form><input name=q></form>".repeat(500), "text/html");
      const found = await hodoscopeForms.detect(page, m, {budgetMs: 0});
      return [found.complete, found.forms.length < 500];"""
    assert _detect(live, script) == [False, True]


def test_an_aborted_detection_ends(live: LivePage) -> None:
    """The signal is looked at between the steps."""
    script = """
      const page = new DOMParser().parseFromString("<form><input name=q></form>".repeat(50), "text/html");
      const found = await hodoscopeForms.detect(page, m, {signal: AbortSignal.abort()});
      return found.complete;"""
    assert _detect(live, script) is False


def test_a_form_that_leaves_while_slices_run_is_dropped(live: LivePage) -> None:
    """What is told is on the page."""
    script = """
      const box = document.createElement("div");
      box.innerHTML = "<form id=one><input name=q></form>" + "<form><input name=user></form>".repeat(400);
      document.body.append(box);
      let first = true;
      const pause = () => { if (first) box.querySelector("#one").remove(); first = false; return Promise.resolve(); };
      const found = await hodoscopeForms.detect(box, m, {budgetMs: 60000, scheduler: {yield: pause}});
      box.remove(); return [found.complete, found.forms.length, first];"""
    complete, forms, never_paused = _detect(live, script)
    assert complete
    assert forms == (401 if never_paused else 400)


def test_no_layout_is_asked_for(live: LivePage) -> None:
    """Every getter that could force layout throws, and detection does not notice."""
    script = """
      const saved = [];
      const forbid = (owner, name) => {
        const old = Object.getOwnPropertyDescriptor(owner, name); if (!old) return;
        saved.push([owner, name, old]);
        const bang = () => { throw new Error("layout: " + name); };
        Object.defineProperty(owner, name, old.value ? {...old, value: bang} : {...old, get: bang});
      };
      for (const side of ["Top", "Left", "Width", "Height"]) {
        for (const kind of ["client", "scroll"]) forbid(Element.prototype, kind + side);
        forbid(HTMLElement.prototype, "offset" + side);
      }
      for (const name of ["getBoundingClientRect", "getClientRects", "checkVisibility"])
        forbid(Element.prototype, name);
      for (const name of ["innerText", "outerText", "offsetParent"]) forbid(HTMLElement.prototype, name);
      forbid(window, "getComputedStyle");
      let thrown = null, works = false;
      try { document.body.clientTop; } catch { works = true; }
      try {
        const box = document.createElement("div");
        box.innerHTML =
          "<form><label for=u>User</label><input id=u><input type=password><button>Sign in</button></form>";
        document.body.append(box); hodoscopeForms.detectSync(document, m, {reasons: true});
        await hodoscopeForms.detect(document, m); box.remove();
      } catch (error) { thrown = String(error); }
      for (const [owner, name, old] of saved) Object.defineProperty(owner, name, old);
      return [works, thrown];"""
    assert _detect(live, script) == [True, None]


def test_a_model_for_other_features_is_refused(live: LivePage) -> None:
    """By name of the difference."""
    script = (
        """try { hodoscopeForms.loadModel({...model, featureSpec: "0"}); return ""; } catch (e) { return e.name; }"""
    )
    assert _detect(live, script) == "ModelError"
