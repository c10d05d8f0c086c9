"""An invented corpus in Formasaurus' layout: sites that each have the usual forms, in several languages."""

import json
import zipfile
from pathlib import Path

_TYPES = {"types": [], "simplify_map": {}, "NA_value": "X", "skip_value": "-"}
_WORDS = ("user", "pass", "in", "up", "find", "mail")
_LANGUAGES = tuple(
    dict(zip(_WORDS, words.split(", "), strict=True))
    for words in (
        "User name, Password, Sign in, Create account, Search, E-mail",
        "Benutzername, Passwort, Anmelden, Registrieren, Suche, E-Mail",
        "Utilisateur, Mot de passe, Connexion, Créer, Recherche, Courriel",
    )
)

LOGIN = """<form action=/session method=post><label for=u>User name</label><input id=u name=username>
<label for=p>Password</label><input id=p name=password type=password><button>Sign in</button></form>
"""


def write_corpus(data: Path, sites: int = 12) -> Path:
    """Writes ``forms/formasaurus/pages.zip`` below ``data`` and returns its path."""
    path = data / "forms" / "formasaurus" / "pages.zip"
    path.parent.mkdir(parents=True)
    index = {}
    with zipfile.ZipFile(path, "w") as packed:
        for site in range(sites):
            name = f"html/{site}.html"
            packed.writestr(name, _page(_LANGUAGES[site % len(_LANGUAGES)]))
            fields = [{"q": "qq"}, {"user": "us", "pass": "p1"}, {"mail": "e1", "pass": "p1", "pass2": "p2"}]
            index[name] = {
                "url": f"http://www.site{site}.example/",
                "forms": ["s", "l", "r"],
                "visible_html_fields": fields,
            }
        packed.writestr("index.json", json.dumps(index))
        packed.writestr("config.json", json.dumps({"form_types": _TYPES, "field_types": _TYPES}))
    return path


def _page(word: dict[str, str]) -> str:
    return (
        f"<form action=/search><input name=q type=search placeholder='{word['find']}'>"
        f"<button>{word['find']}</button></form>"
        f"<form action=/login method=post><label>{word['user']}<input name=user></label>"
        f"<label>{word['pass']}<input name=pass type=password></label><button>{word['in']}</button></form>"
        f"<form action=/register method=post><label>{word['mail']}<input name=mail type=email></label>"
        f"<label>{word['pass']}<input name=pass type=password></label><input name=pass2 type=password>"
        f"<button>{word['up']}</button></form>"
    )
