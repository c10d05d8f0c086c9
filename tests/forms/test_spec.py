"""TypeScript's side of the contract is generated and fresh."""

from hodoscope.forms import spec


def test_generated_typescript_is_fresh() -> None:
    """Remedy: python -m hodoscope.forms.spec --write, then npm run build."""
    assert spec.GENERATED.read_text(encoding="utf-8") == spec.typescript()


def test_namespaces_are_distinct() -> None:
    """A namespace's name is part of its seed."""
    assert len(set(spec.FORM_SPACE)) == len(spec.FORM_SPACE)
    assert len(set(spec.FIELD_SPACE)) == len(spec.FIELD_SPACE)
