"""Trainers of many fields, each with one kind of line or table."""

from __future__ import annotations

from losstui.run import StepUnit
from stdout_cases.case import Case, Curves

_BY_COLUMN = """\
Running evaluation for step: {step}, epoch: {n}
Evaluation took 0.2500s

╒══════════════╤═════════╤══════════════╕
│              │   train │   validation │
╞══════════════╪═════════╪══════════════╡
│ accuracy     │    0.{n}5 │         0.{n}  │
├──────────────┼─────────┼──────────────┤
│ loss         │    {n}.5  │         {n}.75 │
╘══════════════╧═════════╧══════════════╛
"""
_BY_ROW = """\
Epoch {n}
╒════════════╤════════╕
│ label      │   loss │
╞════════════╪════════╡
│ train      │   {n}.5  │
├────────────┼────────┤
│ validation │   {n}.75 │
╘════════════╧════════╛
"""
_RAFT = "[   {n}00, 0.000025{n}]     0.{n}000,     0.{n}500,     0.7500,     {n}.2500, \n"
_ERROR_FIRST = "[   {n}00, 0.000025{n}]     {n}.2500,     0.{n}000,     0.{n}500,     0.7500, \n"
_CUSTOM = "  {n} reward   {n}.00/ 22.50/{n}84.00 len  22.50 saved checkpoint_{n}\n"
_MIN_MEAN_MAX = "  {n}: Min/Mean/Max reward:   {n}.0000/ 22.5000/ {n}84.0000\n"
_MALLET = "<{n}0> LL/token: -9.{n}5\n0\t5.0\tfirst second third\n\n"
_NCF = "Iteration {n} [12.5 s]: HR = 0.{n}5, NDCG = 0.{n}, loss = {n}.5 [1.5 s]\n"
_NGCF = "Epoch {n} [2.5s + 1.5s]: train=={{{n}.5={n}.0 + 0.5}}, recall={{0.{n}, 0.{n}5}}, hit={{0.5}}\n"
_NEON = "Epoch {n}   [Train |████|  390/390  batches, {n}.5 cost, 3.50s] [CrossEntropy Loss {n}.75, 0.25s]\n"
_DEAP = "{n}  \t30{n}   \t{n}.5\t4.25\t12 \t{n}0 \n"


def _printed(line: str) -> str:
    return "".join(line.format(n=n, step=10 * n).replace("{", "[").replace("}", "]") for n in (1, 2, 3))


def _curves(steps: list[int], named: dict[str, list[float]]) -> Curves:
    return {tag: (steps, values) for tag, values in named.items()}


EPOCHS = [1, 2, 3]
HUNDREDS = [100, 200, 300]
FLOW = _curves(
    HUNDREDS,
    {
        "train/1px": [0.1, 0.2, 0.3],
        "train/3px": [0.15, 0.25, 0.35],
        "train/5px": [0.75] * 3,
        "train/epe": [1.25, 2.25, 3.25],
        "lr": [2.51e-5, 2.52e-5, 2.53e-5],
    },
)
RETURNS = {"reward_min": [1.0, 2.0, 3.0], "reward_mean": [22.5] * 3, "reward_max": [184.0, 284.0, 384.0]}

CASES: list[Case] = [
    (
        "Ludwig",
        _printed(_BY_COLUMN),
        StepUnit.STEP,
        _curves(
            [10, 20, 30],
            {
                "train/accuracy": [0.15, 0.25, 0.35],
                "validation/accuracy": [0.1, 0.2, 0.3],
                "train/loss": [1.5, 2.5, 3.5],
                "validation/loss": [1.75, 2.75, 3.75],
            },
        ),
    ),
    (
        "Ludwig",
        _printed(_BY_ROW),
        StepUnit.EPOCH,
        _curves(EPOCHS, {"train/label/loss": [1.5, 2.5, 3.5], "validation/label/loss": [1.75, 2.75, 3.75]}),
    ),
    ("RAFT", _printed(_RAFT).replace("[   ", "["), StepUnit.STEP, FLOW),
    ("RAFT", _printed(_ERROR_FIRST), StepUnit.STEP, FLOW),
    (
        "RLlib",
        _printed(_CUSTOM),
        StepUnit.STEP,
        _curves(EPOCHS, {**RETURNS, "episode_len_mean": [22.5] * 3}),
    ),
    ("RLlib", _printed(_MIN_MEAN_MAX), StepUnit.STEP, _curves(EPOCHS, RETURNS)),
    (
        "MALLET",
        _printed(_MALLET),
        StepUnit.STEP,
        _curves([10, 20, 30], {"log_likelihood/token": [-9.15, -9.25, -9.35]}),
    ),
    (
        "NCF, NGCF, KGAT or LightGCN",
        _printed(_NCF),
        StepUnit.STEP,
        _curves(
            EPOCHS,
            {"test/HR": [0.15, 0.25, 0.35], "test/NDCG": [0.1, 0.2, 0.3], "train/loss": [1.5, 2.5, 3.5]},
        ),
    ),
    (
        "NCF, NGCF, KGAT or LightGCN",
        _printed(_NGCF),
        StepUnit.EPOCH,
        _curves(
            EPOCHS,
            {
                "train/loss": [1.5, 2.5, 3.5],
                "train/term_1_loss": [1.0, 2.0, 3.0],
                "train/term_2_loss": [0.5] * 3,
                "test/recall": [0.1, 0.2, 0.3],
                "test/recall.2": [0.15, 0.25, 0.35],
                "test/hit": [0.5] * 3,
            },
        ),
    ),
    (
        "neon",
        _printed(_NEON),
        StepUnit.EPOCH,
        _curves(EPOCHS, {"train/cost": [1.5, 2.5, 3.5], "val/CrossEntropy loss": [1.75, 2.75, 3.75]}),
    ),
    (
        "DEAP",
        "gen\tnevals\tavg\tstd \tmin\tmax\n" + _printed(_DEAP),
        StepUnit.STEP,
        _curves(
            EPOCHS,
            {
                "nevals": [301.0, 302.0, 303.0],
                "mean_fitness": [1.5, 2.5, 3.5],
                "std": [4.25] * 3,
                "min": [12.0] * 3,
                "max": [10.0, 20.0, 30.0],
            },
        ),
    ),
]
