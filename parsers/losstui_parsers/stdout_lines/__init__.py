"""The lines that trainers print, one family or a few of one habit a module, all of them in `FAMILIES`."""

from __future__ import annotations

from typing import Final

from losstui_parsers.stdout_lines.allennlp import AllenNlp
from losstui_parsers.stdout_lines.bars import Bars
from losstui_parsers.stdout_lines.boosting import BoostingRounds, CatBoost
from losstui_parsers.stdout_lines.coco import Coco
from losstui_parsers.stdout_lines.compact import (
    BuildNanoGpt,
    LlmC,
    NanoGpt,
    Spaced,
    SpeedRun,
    TorchtuneBar,
    Verl,
)
from losstui_parsers.stdout_lines.darts import Darts
from losstui_parsers.stdout_lines.deap import Deap
from losstui_parsers.stdout_lines.deepspeed import DeepSpeed
from losstui_parsers.stdout_lines.deepxde import DeepXde
from losstui_parsers.stdout_lines.dictionaries import Dictionaries
from losstui_parsers.stdout_lines.dllogger import DlLogger
from losstui_parsers.stdout_lines.drawn_tables import DrawnTables, RichTables
from losstui_parsers.stdout_lines.estimator import Estimator
from losstui_parsers.stdout_lines.fasttext import FastText
from losstui_parsers.stdout_lines.flower import Flower
from losstui_parsers.stdout_lines.indexed import Indexed
from losstui_parsers.stdout_lines.iterations import Iterations
from losstui_parsers.stdout_lines.json_stats import JsonStats
from losstui_parsers.stdout_lines.key_values import KeyValues
from losstui_parsers.stdout_lines.loggable_bars import LoggableBars
from losstui_parsers.stdout_lines.mace import Mace
from losstui_parsers.stdout_lines.mallet import Mallet
from losstui_parsers.stdout_lines.marian import Marian
from losstui_parsers.stdout_lines.matlab import Matlab
from losstui_parsers.stdout_lines.meters import Meters
from losstui_parsers.stdout_lines.neon import Neon
from losstui_parsers.stdout_lines.nequip import NequIp
from losstui_parsers.stdout_lines.object_detection import ObjectDetection
from losstui_parsers.stdout_lines.own_words import Dlrm, Llama2C, PaddleModel, Tacotron2, WeNet
from losstui_parsers.stdout_lines.parlai import ParlAi
from losstui_parsers.stdout_lines.piped import Fairseq, Megatron, Piped
from losstui_parsers.stdout_lines.progress_bars import GlobalStepBar, Keras, Lightning
from losstui_parsers.stdout_lines.raft import Raft
from losstui_parsers.stdout_lines.ray_tune import RayTune
from losstui_parsers.stdout_lines.recommenders import Recommenders
from losstui_parsers.stdout_lines.record import LineFamily
from losstui_parsers.stdout_lines.rl_games import RlGames
from losstui_parsers.stdout_lines.rllib import RlLib
from losstui_parsers.stdout_lines.sample_factory import SampleFactory
from losstui_parsers.stdout_lines.scores import ScoreListener, VowpalWabbit
from losstui_parsers.stdout_lines.spaced_tables import SpacedTables
from losstui_parsers.stdout_lines.split_tables import SplitTables
from losstui_parsers.stdout_lines.stages import Stages
from losstui_parsers.stdout_lines.step_bars import StepBars
from losstui_parsers.stdout_lines.stylegan import StyleGan
from losstui_parsers.stdout_lines.unnamed_losses import Xlm, Yolact
from losstui_parsers.stdout_lines.unplaced import Unplaced
from losstui_parsers.stdout_lines.vits import Vits
from losstui_parsers.stdout_lines.yolo import Darknet, UltralyticsTable, YoloResults

# In the order in which a line is offered to them: the first that reads it has it.
FAMILIES: Final[tuple[type[LineFamily], ...]] = (
    DlLogger,
    ObjectDetection,
    Flower,
    AllenNlp,
    JsonStats,
    Dictionaries,
    Megatron,
    Verl,
    SpeedRun,
    LlmC,
    Marian,
    Mace,
    NequIp,
    Spaced,
    NanoGpt,
    BuildNanoGpt,
    TorchtuneBar,
    GlobalStepBar,
    DeepSpeed,
    Fairseq,
    Stages,
    Estimator,
    FastText,
    ScoreListener,
    Llama2C,
    Tacotron2,
    Dlrm,
    WeNet,
    PaddleModel,
    Yolact,
    Xlm,
    Iterations,
    Darts,
    Raft,
    Mallet,
    Recommenders,
    Neon,
    RlLib,
    Deap,
    StyleGan,
    Vits,
    RlGames,
    SampleFactory,
    LoggableBars,
    ParlAi,
    Lightning,
    Piped,
    Meters,
    Coco,
    UltralyticsTable,
    YoloResults,
    Darknet,
    BoostingRounds,
    CatBoost,
    Keras,
    StepBars,
    Matlab,
    DeepXde,
    DrawnTables,
    SplitTables,
    RichTables,
    VowpalWabbit,
    SpacedTables,
)
# For a file in which those find nothing, in this order.
LAST_RESORTS: Final[tuple[type[LineFamily], ...]] = (RayTune, KeyValues, Bars, Indexed, Unplaced)
