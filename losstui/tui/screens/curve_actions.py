"""What the keys of the curves do: how they are looked at, and which runs are looked at together."""

from __future__ import annotations

from textual.message import Message

from losstui.tui.screens.showing import ShowingScreen
from losstui.wording import counted


class CurveActions(ShowingScreen):
    """The actions of the group "Curves" of the table in `losstui.tui.keys`."""

    class TagWanted(Message):
        """One of the tags of the run should be chosen."""

    # One run or several

    def action_mark(self) -> None:
        """Mark the selected run, or take its mark away."""
        overlay, run_id = self.session.overlay, self.session.run_id
        if run_id is None:
            return
        if overlay.is_full() and not overlay.letter(run_id):
            self.say(f"no more than {len(overlay.marked)} runs can be marked")
            return
        overlay.toggle(run_id)
        overlay.isolated = False
        self._marks_changed([run_id])

    def action_mark_all(self) -> None:
        """Mark all runs shown, or take all marks away."""
        overlay, shown = self.session.overlay, self.session.run_ids()
        before = overlay.marked
        overlay.toggle_all(shown)
        overlay.isolated = False
        self._marks_changed([*before, *overlay.marked])
        marked = len(overlay.marked)
        if marked and marked < len(shown):
            self.say(f"{marked} of {len(shown)} runs marked, one for each letter")
        else:
            self.say(f"{counted(marked, 'run')} marked" if marked else "no run marked")

    def action_isolate(self) -> None:
        """Draw the selected run alone for a while."""
        overlay = self.session.overlay
        if not overlay.marked:
            self.say(f"no run is marked{self.keymap.hint('mark')}")
            return
        overlay.isolated = not overlay.isolated
        self.show_drawn()
        self.say("the selected run alone" if overlay.isolated else "all marked runs")

    def action_pin(self) -> None:
        """Pin the selected run, or unpin it."""
        overlay, run_id = self.session.overlay, self.session.run_id
        if run_id is None:
            return
        changed = [one for one in (overlay.pinned, run_id) if one is not None]
        overlay.pinned = None if overlay.pinned == run_id else run_id
        overlay.against = overlay.against and overlay.pinned is not None
        self._marks_changed(changed)
        self.say(f"{'pinned' if overlay.pinned else 'no longer pinned'}: {self.name_of(run_id)}")

    def action_difference(self) -> None:
        """Compare the selected run with the pinned one, or no longer."""
        overlay = self.session.overlay
        if overlay.pinned is None or overlay.pinned not in self.session.catalogue:
            self.say(f"pin the run to compare with first{self.keymap.hint('pin')}")
            return
        overlay.against = not overlay.against
        self.show_compared()
        if not overlay.against:
            self.say("no comparison")
        elif overlay.pinned == self.session.run_id:
            self.say("this is the pinned run: move to another")

    def action_seeds(self) -> None:
        """Draw runs that differ only in their seed as one, or each."""
        overlay = self.session.overlay
        if not overlay.bands and not self.session.has_seeds():
            self.say("no other run differs from this one only in its seed")
            return
        overlay.bands = not overlay.bands
        self.show_drawn()
        self.say("seeds as mean and band, lowest to highest" if overlay.bands else "each run for itself")

    def show_drawn(self) -> None:
        """The same curves, of other runs: zoom and cursor stay."""
        self.chart.renew(self.session.figure())

    def _marks_changed(self, run_ids: list[str]) -> None:
        self.touch()
        for run_id in dict.fromkeys(run_ids):
            self.show_run_line(run_id)
        self.show_picker()
        self.show_compared()

    # How they are looked at

    def action_next_tag(self, direction: int) -> None:
        """Show the next or previous tag."""
        self.touch()
        self._tell_if_alone()
        self.session.next_tag(direction)
        self.show_curves()

    def _tell_if_alone(self) -> None:
        if len(self.session.tags()) == 1:
            self.say("the run has no other tag")

    def action_choose_tag(self) -> None:
        """Choose one of all tags of the run by name."""
        if self.session.tags():
            self.post_message(self.TagWanted())
        else:
            self.say("no tag to choose from")

    def go_to_tag(self, tag: str) -> None:
        """Show a tag of the selected run."""
        self.session.show_tag(tag)
        self.show_curves()

    def action_smooth(self, direction: int) -> None:
        """Smooth more or less."""
        self.chart.smooth(direction)

    def action_log_scale(self) -> None:
        """Logarithmic y axis on or off."""
        self.chart.toggle_log()

    def action_x_axis(self) -> None:
        """The next kind of x axis."""
        self.chart.next_axis()

    def action_outliers(self) -> None:
        """Fit the y axis to all values or to all but outliers."""
        self.chart.toggle_outliers()

    def action_zoom(self, direction: int) -> None:
        """Zoom in or out."""
        self.touch()
        if direction < 0:
            self._tell_if_whole()
        self.chart.zoom(direction)

    def action_pan(self, direction: int) -> None:
        """Pan left or right."""
        self._tell_if_whole()
        self.chart.pan(direction)

    def _tell_if_whole(self) -> None:
        if not self.chart.zoomed:
            self.say("the whole curve is in sight")

    def action_reset_view(self) -> None:
        """Show the whole curves."""
        self.chart.reset_view()

    def action_raw(self) -> None:
        """Logged values behind their average, or the average alone."""
        self.chart.toggle_raw()

    def action_strips(self) -> None:
        """Learning rate and gradient norm below the curves, or not."""
        self.say(self.chart.toggle_strips())

    def action_grid(self) -> None:
        """Several tags side by side, or one."""
        self._tell_if_alone()
        self.chart.toggle_grid()
