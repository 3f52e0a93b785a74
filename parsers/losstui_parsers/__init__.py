"""The log readers: one format a file, all of them in `PARSERS`."""

from __future__ import annotations

from typing import Final

from losstui.parsing import Parser
from losstui_parsers.catboost import CatBoost
from losstui_parsers.delimited import Delimited
from losstui_parsers.dvclive import Dvclive
from losstui_parsers.epoch_documents import EpochDocuments
from losstui_parsers.json_rows import JsonRows
from losstui_parsers.kaggle import Kaggle
from losstui_parsers.kaldi import Kaldi
from losstui_parsers.metric_tables import MetricTables
from losstui_parsers.mlflow_store import MlflowStore
from losstui_parsers.monitor import Monitor
from losstui_parsers.notebook import Notebook
from losstui_parsers.numpy_arrays import NumpyArrays
from losstui_parsers.optuna_database import OptunaDatabase
from losstui_parsers.optuna_export import OptunaExport
from losstui_parsers.optuna_journal import OptunaJournal
from losstui_parsers.sacred import Sacred
from losstui_parsers.stdout import Stdout
from losstui_parsers.tensorboard import Tensorboard
from losstui_parsers.trackio_store import TrackioStore
from losstui_parsers.trainer_state import TrainerState
from losstui_parsers.unsupported_stores import UnsupportedStore
from losstui_parsers.wandb_chart import WandbChart
from losstui_parsers.wandb_offline import WandbOffline

# In the order of their claim on a file: magic bytes, exact keys, vocabulary, generic.
PARSERS: Final[tuple[type[Parser], ...]] = (
    CatBoost,  # its folder has event files too, of the same numbers
    Tensorboard,
    WandbOffline,
    NumpyArrays,
    UnsupportedStore,
    TrackioStore,
    MlflowStore,
    OptunaDatabase,
    TrainerState,
    OptunaJournal,
    OptunaExport,
    Sacred,
    Monitor,
    Dvclive,
    Kaldi,
    MetricTables,
    WandbChart,
    EpochDocuments,
    Notebook,
    Kaggle,  # its array would be rows without numbers
    JsonRows,
    Delimited,
    Stdout,
)
