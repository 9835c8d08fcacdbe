"""One publisher at a time, wherever each of them runs.

MLflow offers no transaction for "look whether this run is there, else write it", and through HTTP no lock. What it does
offer is numbers that nobody gets twice: those of the versions of a registered model, made in one step of its database.
So a publisher draws a version of the model `ionscreen.publishing` as its ticket. Numbers only rise, also after tickets
were given back; a ticket is seen before any later one can be drawn; so whoever sees none below its own is alone.

A ticket whose holder died would block all others. It is removed at once where the holder was a process of the same
machine that has ended, else when it gave no sign of life for a while, by the waiting one's own clock. Who wakes after
that finds its ticket gone, and stops before it finishes a run; what it left is removed as that of any killed publisher.
"""

from __future__ import annotations

import getpass
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipeline.common.errors import UserError, printable
from pipeline.common.processes import Process
from pipeline.tracking import names
from pipeline.tracking.store import Store, is_missing, is_there_already

if TYPE_CHECKING:
    from mlflow.entities.model_registry import ModelVersion

PATIENCE_S = 120.0
"""Without a sign of life for so long, a publisher of another machine counts as dead; the longest step takes seconds."""
_PAUSE_S = 0.5
_SOURCE = "ionscreen:/ticket"
"""MLflow wants to know where a version's files are: there are none."""


@dataclass(frozen=True)
class Turn:
    """The right to write into a store, for as long as it is kept.

    Attributes:
        store: The store.
        number: The ticket's.
    """

    store: Store
    number: str

    def keep(self) -> None:
        """Give a sign of life, and make sure that the turn was not given to somebody else.

        Raises:
            UserError: It was.
        """
        from mlflow.exceptions import MlflowException

        try:
            self.store.client.set_model_version_tag(names.QUEUE, self.number, names.SIGN_OF_LIFE, uuid.uuid4().hex)
        except MlflowException as error:
            if not is_missing(error):
                raise
            raise UserError(
                f"this publisher was silent for so long that another one took its turn (ticket {self.number}); "
                "publish again"
            ) from None


@contextmanager
def turn(store: Store, say: Callable[[str], None], patience_s: float) -> Iterator[Turn]:
    """Wait until nobody else writes into a store, and keep others waiting until the block ends.

    Args:
        store: The store.
        say: Told whom this waits for.
        patience_s: For how long a publisher of another machine may be silent before it counts as dead, in seconds.
    """
    token = uuid.uuid4().hex
    held = Turn(store, _draw(store, token))
    try:
        _wait(held, token, say, patience_s)
        yield held
    finally:
        from mlflow.exceptions import MlflowException

        with suppress(MlflowException):  # gone already, or the store is out of reach, which the block told
            store.client.delete_model_version(names.QUEUE, held.number)


def _draw(store: Store, token: str) -> str:
    from mlflow.exceptions import MlflowException

    if not store.client.search_registered_models(f"name = '{names.QUEUE}'"):
        try:
            store.client.create_registered_model(names.QUEUE, description=names.QUEUE_NOTE)
        except MlflowException as error:
            if not is_there_already(error):
                raise
    tags = {
        names.TOKEN: token,
        names.PROCESS: str(Process.own()),
        names.HOLDER: f"{_user()} on {socket.gethostname()}",
        names.SIGN_OF_LIFE: token,
    }
    ticket = store.client.create_model_version(names.QUEUE, _SOURCE, tags=tags, await_creation_for=0)
    return str(ticket.version)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in some containers
        return "somebody"


def _wait(held: Turn, token: str, say: Callable[[str], None], patience_s: float) -> None:
    signs, told = _Signs(patience_s), ""
    while ahead := _ahead(held):
        dead = [one for one in ahead if one.tags.get(names.TOKEN) == token or _has_ended(one) or signs.are_missing(one)]
        for ticket in dead:
            _remove(held.store, ticket)
        if dead:
            continue
        if told != ahead[0].version:
            say(f"publish: waiting for {_holder(ahead[0])}")
        told = ahead[0].version
        held.keep()
        time.sleep(_PAUSE_S)


class _Signs:
    """Since when each of the others was silent, by the clock of this machine."""

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s
        self._heard: dict[str, tuple[str, float]] = {}

    def are_missing(self, ticket: ModelVersion) -> bool:
        sign, now = ticket.tags.get(names.SIGN_OF_LIFE, ""), time.monotonic()
        last, since = self._heard.setdefault(ticket.version, (sign, now))
        if last != sign:
            self._heard[ticket.version] = sign, now
            return False
        return now - since > self._patience_s


def _ahead(held: Turn) -> list[ModelVersion]:
    """Return the tickets that were drawn before, the first one first."""
    tickets = held.store.client.search_model_versions(f"name = '{names.QUEUE}'")
    return sorted((one for one in tickets if int(one.version) < int(held.number)), key=lambda one: int(one.version))


def _has_ended(ticket: ModelVersion) -> bool:
    process = Process.parse(ticket.tags.get(names.PROCESS, ""))
    return process is not None and process.is_known_dead


def _remove(store: Store, ticket: ModelVersion) -> None:
    from mlflow.exceptions import MlflowException

    try:
        store.client.delete_model_version(names.QUEUE, ticket.version)
    except MlflowException as error:
        if not is_missing(error):  # another waiting one was faster
            raise


def _holder(ticket: ModelVersion) -> str:
    since = datetime.fromtimestamp(ticket.creation_timestamp / 1000, UTC).isoformat(" ", "seconds")
    return f"{printable(ticket.tags.get(names.HOLDER, 'somebody'))}, in line since {since}"
