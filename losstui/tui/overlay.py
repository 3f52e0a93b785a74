"""Which runs are looked at together: the marked ones, each with its letter, and the pinned one."""

from __future__ import annotations

from collections.abc import Sequence

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Overlay:
    """A marked run keeps its letter, and so its colour, until it is no longer marked.

    `isolated` hides all but the selected run for a while, `bands` draws runs that differ only in their
    seed as one, `against` shows the selected run beside the pinned one.
    """

    def __init__(self) -> None:
        self._slots: dict[str, int] = {}
        self.pinned: str | None = None
        self.isolated = False
        self.bands = False
        self.against = False

    @property
    def marked(self) -> list[str]:
        """The ids of the marked runs, by their letters."""
        return sorted(self._slots, key=lambda run_id: self._slots[run_id])

    def is_full(self) -> bool:
        """Whether there is no letter left."""
        return len(self._slots) >= len(LETTERS)

    def letter(self, run_id: str) -> str:
        """The letter of a marked run, empty for any other."""
        return LETTERS[self._slots[run_id]] if run_id in self._slots else ""

    def slot(self, run_id: str) -> int:
        """The number of a run's letter and colour: for one that is not marked, the first that is free."""
        taken = set(self._slots.values())
        free = next(slot for slot in range(len(LETTERS) + 1) if slot not in taken)
        return self._slots.get(run_id, free)

    def toggle(self, run_id: str) -> None:
        """Mark a run, or take its mark away; without a letter left nothing happens."""
        if run_id in self._slots:
            del self._slots[run_id]
        elif not self.is_full():
            self._slots[run_id] = self.slot(run_id)

    def forget(self, run_id: str) -> None:
        """Take the marks of a run away that is no longer there."""
        self._slots.pop(run_id, None)
        if self.pinned == run_id:
            self.pinned, self.against = None, False

    def toggle_all(self, run_ids: Sequence[str]) -> None:
        """Mark these runs while letters last; if no more can be marked, take all marks away."""
        unmarked = [run_id for run_id in run_ids if run_id not in self._slots]
        if self._slots and (self.is_full() or not unmarked):
            self._slots = {}
            return
        for run_id in unmarked:
            self.toggle(run_id)

    def shown_with(self, run_id: str) -> list[str]:
        """The runs drawn while that one is selected, by their letters."""
        if self.against and self.pinned is not None:
            return [run_id] if run_id == self.pinned else [run_id, self.pinned]
        if self.isolated or not self._slots:
            return [run_id]
        return sorted({*self._slots, run_id}, key=self.slot)
