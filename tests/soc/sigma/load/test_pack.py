"""Rule packs: what is in them, what is refused, where they come from."""

import hashlib
import io
import os
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.soc.sigma.load.rule_texts import rule

from hodoscope.errors import InputError
from hodoscope.soc.sigma.load import fetch as fetching
from hodoscope.soc.sigma.load import pack as packs
from hodoscope.soc.sigma.load.pack import open_pack
from hodoscope.soc.sigma.load.rules import licences, load_rules


def archive(**members: str) -> bytes:
    """A zip archive; ``__`` in a member's name stands for a slash, ``_`` for a dot."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, text in members.items():
            opened.writestr(name.replace("__", "/").replace("_", "."), text)
    return written.getvalue()


def test_folder_archive_and_file_give_the_same_rules(tmp_path: Path) -> None:
    """Only the name of the pack differs; hidden folders and other files are left out."""
    for path in ("pack/rules/a.yml", "pack/.github/b.yml", "pack/notes.txt"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(rule("a"), encoding="utf-8")
    (tmp_path / "pack.zip").write_bytes(archive(rules__a_yml=rule("a"), _github__b_yml=rule("b")))
    folder, packed, single = (load_rules([tmp_path / path]) for path in ("pack", "pack.zip", "pack/rules/a.yml"))
    assert [(one.pack, one.path) for rules in (folder, packed, single) for one in rules.rules] == [
        ("pack", "rules/a.yml"),
        ("pack.zip", "rules/a.yml"),
        ("a.yml", "a.yml"),
    ]
    assert folder.rules[0].condition == packed.rules[0].condition == single.rules[0].condition


def test_licence_files_are_kept_to_be_shown(tmp_path: Path) -> None:
    """They are no rules and change no digest."""
    (tmp_path / "a.yml").write_text(rule("a"), encoding="utf-8")
    before = open_pack(tmp_path).digest
    (tmp_path / "LICENSE.Rules.md").write_text("Keep the author.", encoding="utf-8")
    assert licences([tmp_path]) == ((tmp_path.name, "LICENSE.Rules.md", "Keep the author."),)
    assert open_pack(tmp_path).digest == before


@pytest.mark.parametrize("member", ["../a.yml", "/etc/a.yml", "x/../../a.yml", "..\\a.yml", "C:\\a.yml"])
def test_a_member_that_points_outside_is_refused(tmp_path: Path, member: str) -> None:
    """Nothing is unpacked to disk; whoever packs such a name means no good."""
    with zipfile.ZipFile(tmp_path / "pack.zip", "w") as opened:
        opened.writestr(member, rule("a"))
    with pytest.raises(InputError, match="points outside"):
        load_rules([tmp_path / "pack.zip"])


def test_a_zip_bomb_stops_at_the_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever size the archive claims: one member too large, or many that are together."""
    monkeypatch.setattr(packs, "MOST_BYTES", 1_000_000)
    bomb = archive(a_yml="a" * 5_000_000)
    assert len(bomb) < 10_000
    with pytest.raises(InputError, match="take a smaller pack"):
        packs.PackSource("bomb.zip", "", bomb).pack()
    many = archive(**{f"a{number}_yml": "b" * 300_000 for number in range(5)})
    with pytest.raises(InputError, match="take a smaller pack"):
        packs.PackSource("many.zip", "", many).pack()


def test_a_damaged_archive_is_an_error_with_a_remedy() -> None:
    """Cut off, or one byte of the content changed."""
    whole = archive(a_yml=rule("a"))
    with pytest.raises(InputError, match="no rule pack"):
        packs.PackSource("pack.zip", "", whole[:-30]).pack()
    with pytest.raises(InputError, match="pack it again"):
        packs.PackSource("pack.zip", "", whole[:60] + bytes([whole[60] ^ 255]) + whole[61:]).pack()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_links_in_circles_and_pipes_do_not_hang(tmp_path: Path) -> None:
    """A folder that contains itself, a pipe that nobody writes to."""
    (tmp_path / "a.yml").write_text(rule("a"), encoding="utf-8")
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(tmp_path / "pipe.yml")
    assert len(load_rules([tmp_path]).rules) == 1


PACK = archive(rules__a_yml=rule("a"))
CHECKSUM = hashlib.sha256(PACK).hexdigest()


@pytest.fixture
def address() -> Iterator[str]:
    """A server on this machine that has the pack."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(PACK)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the library's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/pack.zip"
        finally:
            server.shutdown()
            thread.join()


def test_a_fetched_pack_is_kept_and_needs_no_network_again(address: str, tmp_path: Path) -> None:
    """By checksum: the second time no server is asked."""
    location = f"{address}#sha256={CHECKSUM}"
    first = load_rules([location], cache=tmp_path)
    assert [one.pack for one in first.rules] == ["pack.zip"]
    elsewhere = f"http://127.0.0.1:9/pack.zip#sha256={CHECKSUM}"
    assert load_rules([elsewhere], cache=tmp_path) == first
    (kept,) = (tmp_path / "packs").iterdir()
    kept.write_bytes(b"changed")
    with pytest.raises(InputError, match="cannot be fetched"):
        load_rules([elsewhere], cache=tmp_path)


@pytest.mark.parametrize("fragment", ["", "#sha256=", "#sha256=xyz", "#md5=" + "0" * 64])
def test_an_address_without_its_checksum_is_not_asked(address: str, fragment: str) -> None:
    """Rules decide what is seen: nobody else may exchange them."""
    with pytest.raises(InputError, match="append #sha256="):
        open_pack(address + fragment)


def test_another_content_than_expected_is_refused(address: str) -> None:
    """And the message says what came."""
    with pytest.raises(InputError, match=CHECKSUM):
        open_pack(f"{address}#sha256={'0' * 64}")


def test_a_download_stops_at_the_bound(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An endless answer is not read to its end."""
    monkeypatch.setattr(fetching, "MOST_BYTES", 10)
    with pytest.raises(InputError, match="smaller pack"):
        open_pack(f"{address}#sha256={CHECKSUM}")
