"""Words found in names."""

import math

from tests.soc.dga.ordinary_names import ordinary_names

from hodoscope.soc.dga.word_pieces import NAMES, WordPieces

LANGUAGE = {word: math.log(1 / 6) for word in ("increase", "brown", "journey", "people", "husband", "the")}
WORDS = WordPieces.fit(ordinary_names(1500, 1), LANGUAGE)


def _features(name: str) -> dict[str, float]:
    return dict(zip(NAMES, WORDS.features([name])[0].tolist(), strict=True))


def test_words_of_the_registrants_are_found_without_a_dictionary() -> None:
    """They are cut out of names never seen."""
    assert WORDS.cut("kitchenhotel") == ["kitchen", "hotel"]


def test_the_pieces_spell_the_name() -> None:
    """Nothing is lost, whatever the name."""
    for name in ("", "q", "zzkitchenqq-9", "increasebrown"):
        assert "".join(WORDS.cut(name)) == name


def test_a_word_list_is_the_languages_and_a_shop_is_the_registrants() -> None:
    """The surplus of the registrants' share over the language's tells them apart."""
    assert _features("increasebrown")["surplus_mean"] < 0 < _features("kitchenhotel")["surplus_mean"]
    assert _features("increasebrown")["language_share"] == 1
    assert _features("xkqjzvw")["single_letter_share"] == 1
