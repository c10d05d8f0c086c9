"""The errors a caller can act on: one class per decision, each message saying where, what and what to do."""


class HodoscopeError(Exception):
    """Base of every error this package raises on purpose.

    ``exit_code`` is what the command line returns for it (documented in ``docs/cli.md``).
    """

    exit_code = 1


class InputError(HodoscopeError):
    """The operator's input or options cannot be used as given; correcting them is the remedy."""

    exit_code = 2


class MappingError(HodoscopeError):
    """A mapping or configuration file is wrong; the message holds file and path inside it."""

    exit_code = 3


class StoreError(HodoscopeError):
    """The event store or the journal cannot be opened, read or written; nothing was deleted."""

    exit_code = 4


class StoreBusyError(StoreError):
    """Another process owns the embedded store; waiting or using that process is the remedy."""

    exit_code = 5


class RecordError(HodoscopeError):
    """One record cannot be read; the caller turns it into a dead letter and goes on."""

    exit_code = 6


class TrustError(HodoscopeError):
    """A signature, key, release record or counter cannot be trusted; nothing of it was loaded or served."""

    exit_code = 8


class InterruptedByUserError(HodoscopeError):
    """Ctrl-C: what was stored is kept, and the same command goes on from there."""

    exit_code = 130
