"""All tags and record shapes met so far, shared by the files of a sweep: each is learned once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from losstui_parsers.event_file.layout import Layout, Template

if TYPE_CHECKING:
    from losstui_parsers.event_file.matching import Matcher

MOST_TEMPLATES = 20_000  # more than any sane log has; with more everything is learned anew


@dataclass(slots=True, eq=False)
class Shapes:
    """Tags by their ids, templates by their numbers, matchers by size and kind of their bundles."""

    tags: list[str] = field(default_factory=list[str])
    templates: list[Template] = field(default_factory=list[Template])
    matchers: dict[tuple[int, bool], list[Matcher]] = field(
        default_factory=dict[tuple[int, bool], "list[Matcher]"]
    )
    _tag_ids: dict[str, int] = field(default_factory=dict[str, int])

    def tag_id(self, tag: str) -> int:
        """Return the id of `tag`, a new one for a new tag."""
        found = self._tag_ids.setdefault(tag, len(self.tags))
        if found == len(self.tags):
            self.tags.append(tag)
        return found

    def new_template(self, layout: Layout, tag_ids: tuple[int, ...], payload: bytes) -> Template:
        """Add the template of the records of `layout` with these tags."""
        template = Template(len(self.templates), layout, tag_ids, payload)
        self.templates.append(template)
        return template
