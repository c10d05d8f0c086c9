"""The golden chain: invented pages with every intermediate result, checked in, asserted in Python, Node and Chromium.

``python -m hodoscope.forms.golden --write`` computes it anew in Chromium, with the shipped model.
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

from hodoscope.forms.chromium import LivePage, live_page
from hodoscope.forms.model_file import SHIPPED

GOLDEN: Final = Path(__file__).resolve().parents[3] / "contracts" / "form_golden.json"
_TRACE: Final = "([html, model]) => hodoscopeForms.tracePage(html, model)"

PAGES: Final[dict[str, str]] = {
    "login": '<form action="/login" method=post><label for=u>User name</label><input id=u name=user>'
    '<input type=password name=pass autocomplete=current-password><button>Sign in</button></form>',
    "capital I with dot": "<form id=GİRİŞ><input placeholder='KULLANICI ADI' name=kullanıcıAdı>"
    "<input type=password placeholder='ŞİFRE'><button>GİRİŞ YAP</button></form>",
    "sharp s": "<form><label>STRAẞE und Straße<input name=straße></label>"
    "<input name=Hausnummer><button>Weiter</button></form>",
    "beyond the basic plane": "<form><label>𝕻𝖆𝖘𝖘𝖜𝖔𝖗𝖉 🔑 𠮷野家<input type=password name=𐐀𐐨></label>"
    "<button>🔍</button></form>",
    "right to left": "<form dir=rtl><label>דואר אלקטרוני<input type=email name=mail></label>"
    "<label>كلمة المرور<input type=password></label><button>התחברות</button></form>",
    "ideographs": "<form><label>メールアドレス<input name=mail></label><label>パスワード<input type=password></label>"
    "<button>新規会員登録</button></form>",
    "lone surrogates": "<form><input name='a\ud800b' placeholder='\udfffpass'><button>x\ud83d</button></form>",
    "compatibility forms": "<form><input name=ｅｍａｉｌ placeholder='ﬁrst ﬂoor №５'><button>Ｓｅｎｄ</button></form>",
    "names that shadow properties": "<form><input name=form><input name=id><input name=getAttribute>"
    "<input name=parentNode><input name=action><button name=submit>Go</button></form>",
    "no form": "<div><input type=search name=q placeholder=Search><button>Find</button></div>"
    "<div><input type=email name=newsletter><button>Subscribe</button></div>",
    "empty": "<form action=/later></form>",
}  # fmt: skip
"""Name → HTML. Invented; the odd characters are the point."""


def chains(live: LivePage, pages: dict[str, str]) -> dict[str, Any]:
    """Page → the links of its chain, one per segment, computed by the runtime in Chromium."""
    model = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return {name: live.call(_TRACE, [html, model]) for name, html in pages.items()}


def document() -> str:
    """The text of the golden file."""
    with live_page() as live:
        rows = {name: {"html": PAGES[name], "links": links} for name, links in chains(live, PAGES).items()}
    return json.dumps(rows, ensure_ascii=True, separators=(",", ":")) + "\n"


def main() -> None:
    """Write or print the golden file."""
    if "--write" in sys.argv[1:]:
        GOLDEN.write_text(document(), encoding="utf-8")
    else:
        sys.stdout.write(document())


if __name__ == "__main__":
    main()
