"""Takes up where the same paths were left the last time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from losstui.tui.filtering import Ranking
from losstui.tui.remembering import choice_of, strings_of
from losstui.tui.screens.reading import ReadingScreen


class RememberingScreen(ReadingScreen):
    """Says what is selected in plain values, and selects it again."""

    _kept: Mapping[str, Any] = {}

    def remember(self, kept: Mapping[str, Any]) -> None:
        """What `state` returned the last time; it is selected once all has been read."""
        self._kept = kept
        ranking = choice_of(kept, "ranking", [one.value for one in Ranking])
        self.session.ranking = Ranking(ranking) if ranking else self.session.ranking
        self.session.pattern = choice_of(kept, "filter", [str(kept.get("filter"))]) or ""
        wider = kept.get("runs_wider")
        self.runs_wider = wider if isinstance(wider, int) else 0
        view = kept.get("view")
        if isinstance(view, dict):
            self.chart.remember(cast("dict[str, Any]", view))

    def state(self) -> dict[str, Any]:
        """What is selected, as plain values."""
        session, overlay = self.session, self.session.overlay
        return {
            "filter": session.pattern,
            "ranking": session.ranking.value,
            "run": session.run_id,
            "finding": None if session.finding is None else [session.finding.name, session.finding.tag],
            "tag": session.tag,
            "framework": session.framework,
            "marked": overlay.marked,
            "pinned": overlay.pinned,
            "runs_wider": self.runs_wider,
            "view": self.chart.view_choices(),
        }

    def restore_marks(self) -> None:
        """Mark and pin what was the last time, where nothing has been since."""
        kept, overlay, catalogue = self._kept, self.session.overlay, self.session.catalogue
        if not overlay.marked:
            overlay.toggle_all([run_id for run_id in strings_of(kept, "marked") if run_id in catalogue])
        overlay.pinned = overlay.pinned or choice_of(kept, "pinned", list(catalogue))
        self.session.prefer_framework(choice_of(kept, "framework", [str(kept.get("framework"))]))

    def select_first(self) -> bool:
        """Select what was selected the last time, if it is still there; else the worst of all."""
        kept, session = self._kept, self.session
        run_id = choice_of(kept, "run", session.run_ids())
        if run_id is None:
            return super().select_first()
        about = strings_of(kept, "finding")
        findings = [[one.name, one.tag] for one in session.catalogue.findings(run_id)]
        session.select_run(run_id, findings.index(about) if about in findings else None)
        session.show_tag(choice_of(kept, "tag", list(session.catalogue[run_id].report.run.frame)))
        return True
