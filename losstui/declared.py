"""What a run declares of its task and of its training, by hyper-parameters or by its name."""

from __future__ import annotations

import os
import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from losstui.hyperparameters import HyperparameterDifference, differing, flattened
from losstui.run import Run
from losstui.run_names import LoneNumber, read_name, settings_in

# How a run is trained: what may differ among the runs of one task. A schedule of something else than the
# rate, or weights to begin from, make another task of it.
_TRAINING = re.compile(
    r"(?:^|[./-])(?:"
    r"(?:\w+_)?lr(?:_\w+)?|(?:\w+_)?learning_?rate(?:_\w+)?|eta_min|weight_?decay|wd|optim(?:izer|iser)?(?:_\w+)?"
    r"|momentum|nesterov|betas|(?:adam_)?beta_?[12]|(?:adam_)?eps(?:ilon)?|amsgrad"
    r"|sched(?:uler|ule)?(?:_\w+)?|(?:num_|n_)?warm_?up(?:_\w+)?"
    r"|(?:grad(?:ient)?_?)?clip(?:ping)?(?:_?(?:val|value|norm|grad\w*))?|(?:max_)?grad(?:ient)?_?norm"
    r"|(?:\w+_)?dropout(?:_\w+)?|drop(?:_?path)?(?:_?rate)?|init(?:ializer)?(?:_?(?:std|scale|gain|range))?|gain"
    r"|activation|freeze\w*|frozen\w*|width|depth|hidden\w*|units|(?:n|num)_?layers?|layers|(?:n|num)_?heads?"
    r"|d_model|n_embd|channels|rank"
    r")$",
    re.IGNORECASE,
)
# These may differ too, but runs that log nothing else have not said how they differ.
_LENGTH_OR_SEED = re.compile(
    r"(?:^|[./-])(?:(?:max_|num_|n_|total_)?(?:train_)?(?:epochs?|steps|iters|iterations)"
    r"|(?:\w+_)?seed|random_state|rng)$",
    re.IGNORECASE,
)
# Where it ran and how it is called: other in every run.
_BOOKKEEPING = re.compile(
    r"(?:output|log(?:ging)?|save|ckpt|checkpoint|default_root)_?(?:dir|path)|run_?(?:name|id)"
    r"|exp(?:eriment)?_?(?:name|id)|name|id|version|device|gpus?|(?:num_)?workers|port|host(?:name)?"
    r"|time(?:stamp)?|date|resume\w*",
    re.IGNORECASE,
)
_TASK = re.compile(r"(?:^|[._/-])(?:data|task|model|arch|env|corpus|problem)", re.IGNORECASE)
# What is most often the reason, and first to be tried; the others come in the order of their names.
_FIRST_TRIED = (
    re.compile(r"(?:^|[./_-])(?:lr|learning[-_]?rate)", re.IGNORECASE),
    re.compile(r"optim|sched|warm[-_]?up", re.IGNORECASE),
    re.compile(r"width|depth|hidden|units|layers|heads|d[-_]model|n[-_]embd|channels", re.IGNORECASE),
)


Settings = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Declared:
    """What all runs of a family declare alike, and the rest as `Kin` has it."""

    alike: Hashable
    numbers: tuple[LoneNumber, ...]
    names_task: bool


def declared(run: Run) -> Declared | None:
    """What a run declares of its task; None where that is nothing."""
    settings = dict(flattened(run.hyperparameters))
    fixed = tuple((name, str(value)) for name, value in sorted(settings.items()) if not _may_differ(name))
    place = os.path.dirname(run.sources[0]) if run.sources else ""
    is_logged = any(map(_TRAINING.search, settings))
    names_task = is_logged and any(_TASK.search(name) for name, _ in fixed)
    texts = (place, run.id)
    if names_task and not read_name(run.id, is_logged=True).tells_training:
        texts = (os.path.dirname(place), os.path.dirname(run.id))
    told = [read_name(text, is_logged=is_logged) for text in texts]
    numbers = tuple(number for one in told for number in one.numbers)
    alike = (tuple(one.pattern for one in told), tuple(sorted(settings)), fixed)
    if told[1].tells_training:
        return Declared(alike, numbers, names_task=True)
    return Declared(alike, numbers, names_task) if is_logged else None


def _may_differ(name: str) -> bool:
    known = _TRAINING.search(name) or _LENGTH_OR_SEED.search(name) or _BOOKKEEPING.fullmatch(name)
    return known is not None


def trained(run: Run) -> Settings:
    """How a run was trained, by what it logs and, where it logs nothing of the kind, by its name."""
    settings = flattened(run.hyperparameters)
    logged = {
        name: value for name, value in settings if _may_differ(name) and not _BOOKKEEPING.fullmatch(name)
    }
    return logged or dict(settings_in(run.id))


def apart(sibling: Settings, run: Settings) -> tuple[HyperparameterDifference, ...]:
    """Which settings of the training are other in a sibling (`before`) than in a run (`now`).

    What is most often the reason comes first. A seed or the length of the training is named only where
    nothing else differs.
    """
    found = sorted(differing(sibling, run), key=lambda one: _rank(one.name))
    settings = [one for one in found if not _LENGTH_OR_SEED.search(one.name)]
    return tuple(settings or found)


def _rank(name: str) -> int:
    return next((i for i, known in enumerate(_FIRST_TRIED) if known.search(name)), len(_FIRST_TRIED))
