"""Picks for each stretch of an event file the quickest way of reading it that fits."""

from __future__ import annotations

from dataclasses import dataclass, field

from losstui_parsers.event_file.bundles import up_to_large
from losstui_parsers.event_file.checksum import header_of, is_intact
from losstui_parsers.event_file.columns import Gathered
from losstui_parsers.event_file.damage import (
    BAD_CHECKSUM,
    Damage,
    damage_between,
    next_record,
    payload_is_intact,
    payload_length,
)
from losstui_parsers.event_file.framing import FRAME_BYTES, HEADER_BYTES, Walk, find_records
from losstui_parsers.event_file.large_values import step_over_large_values
from losstui_parsers.event_file.learned import LARGEST_FILE, Learned
from losstui_parsers.event_file.matching import DamagedRecords
from losstui_parsers.event_file.mixed_records import MixedRecordReader
from losstui_parsers.event_file.plan import Plan
from losstui_parsers.event_file.protobuf import MalformedRecord
from losstui_parsers.event_file.sorting import assemble_records
from losstui_parsers.event_file.source import Source
from losstui_parsers.event_file.wire import Record, RecordParser, Setting

_LEAST_BYTES = 65_536  # available before anything is tried, and the first stretch of the general way
_MOST_BYTES = 3 << 19  # a stretch of the general way
_FEWEST_BYTES = 4096  # a stretch this short with damage in it is taken record by record
_LONG_PERIODS = 256  # records of a periodic stretch that was worth its while
_SINGLES = 16  # records taken one by one before the general way: an evaluation between two epochs
_MOST_SINGLES = 4096  # held at once: each takes a hundred times as much memory as its value
_FIRST_PATIENCE = 8  # interruptions of periodic stretches before a longer period is looked for
_NEAR_DAMAGE = 1 << 20  # bytes behind some, in which a valid header alone is not trusted
LONGEST_RECORD = 1 << 28  # bytes of a payload that is read as a whole: a graph has a tenth of that


@dataclass(slots=True)
class Mark:
    """Where the reading of a growing file goes on: the records before byte `at` are read for good.

    Up to byte `doubted` the checksum of each record is checked, with scalars in it or not.
    """

    at: int = 0
    doubted: int = 0
    records: int = 0
    parser: RecordParser = field(default_factory=RecordParser)


class FileReader:
    """Reads a file once, from a mark to its end.

    `mark` is moved to the end of what bytes that are appended later cannot change.
    """

    def __init__(
        self, source: Source, learned: Learned, mark: Mark | None = None, *, verify: bool = False
    ) -> None:
        self.mark = mark or Mark()
        self._source = source
        self._learned = learned
        self._verify = verify
        self._doubted: int = source.size if verify else self.mark.doubted
        self._parser = self.mark.parser
        self._general = MixedRecordReader(learned.shapes, self._parser)
        self._at: int = self.mark.at
        self._records: int = self.mark.records
        self._unsettled: int | None = None
        self._bytes_at_once: int = _LEAST_BYTES
        self._singles_left: int = _SINGLES if learned.plans else 0
        self._stretches: list[tuple[Plan, int]] = []
        self._interruptions: int = 0
        self._patience: int = _FIRST_PATIENCE
        self.gathered = Gathered()
        self._single_records: list[tuple[int, bytes, Record]] = []
        self.settings: list[Setting] = []
        self.damages: list[Damage] = []

    def read(self) -> None:
        """Put what the file holds into `gathered`, `settings` and `damages`."""
        if not self._at:
            self._read_like_another()
        while self._at < self._source.size:
            if self._step_over_large_values() or self._read_periods():
                continue
            if self._singles_left:
                self._singles_left -= 1
                self._read_single()
            else:
                self._read_general()
        self._flush_singles()
        read = sum(plan.size * count for plan, count in self._stretches)
        if 0 < read == self._source.size <= LARGEST_FILE:
            index = self._source.seek(0, read)
            self._learned.add_file(self._source.buffer[index : index + read], self._stretches)
        self.mark.at = self._at if self._unsettled is None else self._unsettled
        self.mark.records = self._records
        settled = [_doubted_behind(damage) for damage in self.damages if damage.at < self.mark.at]
        self.mark.doubted = max([self.mark.doubted, *settled])

    def _step_over_large_values(self) -> bool:
        end, records = step_over_large_values(self._source, self._at, self._doubted)
        if records:
            self._at = end
            self._records += records
            self._singles_left = _SINGLES
        return bool(records)

    def _read_like_another(self) -> None:
        """Read the file at once where another one differs from it in numbers only."""
        for plan in self._learned.files.get(self._source.size, ()):
            index = self._source.seek(0, plan.size)
            if plan.starts_at(self._source.buffer, index) and plan.rows(
                self._source.buffer, index, index + plan.size, verify=self._verify
            ):
                self._take_periods(plan, index, 1)
                return

    def _read_periods(self) -> bool:
        index = self._source.seek(self._at, HEADER_BYTES)
        key = self._source.buffer[index : index + HEADER_BYTES].tobytes()
        for plan in self._learned.plans.get(key, ()):
            index = self._source.seek(self._at, plan.size)
            if plan.starts_at(self._source.buffer, index):
                count = plan.rows(self._source.buffer, index, self._source.stop, verify=self._verify)
                if count:
                    self._take_periods(plan, index, count)
                    return True
        return False

    def _take_periods(self, plan: Plan, index: int, count: int) -> None:
        self._learned.add_passage([(payload, record) for _, payload, record in self._single_records])
        self._flush_singles()
        part = plan.read(self._source.buffer, index, count, self._records)
        self._records += count * plan.records
        self._at += count * plan.size
        end = index + count * plan.size
        wider = plan.goes_on(self._source.buffer, end) if end < self._source.stop else None
        self._stretches.append((plan, count))
        if wider is not None:
            self._learned.add_plan(wider)
        interrupted = wider is None and self._source.stop - end >= plan.size
        self.gathered.add(part, 0 if interrupted else (self._source.size - self._at) // plan.size)
        long = count * plan.records >= _LONG_PERIODS
        self._singles_left = _SINGLES if long else 0
        if long:
            self._bytes_at_once = _LEAST_BYTES
        self._interruptions += interrupted
        if self._interruptions == self._patience:
            # The same interruption may come again and again: a stretch this long may show a longer period.
            self._interruptions = 0
            self._patience *= 8
            self._bytes_at_once = _MOST_BYTES // 2
            self._read_general()

    def _read_general(self) -> None:
        index = self._source.seek(self._at, self._bytes_at_once)
        stop = min(index + self._bytes_at_once, self._source.stop)
        walk = self._trusted(up_to_large(find_records(self._source.buffer, index, stop)))
        # Behind damage that ended the walk more of it may lie: what is walked over in vain costs as much.
        bytes_at_next = min(2 * max(walk.end - index, _FEWEST_BYTES), _MOST_BYTES)
        if len(walk.starts) <= _SINGLES:
            self._bytes_at_once = bytes_at_next
            for _ in range(max(1, len(walk.starts))):
                self._read_single()
            return
        try:
            verify = self._at < self._doubted
            stretch = self._general.read(self._source.buffer, walk, self._records, verify=verify)
        except DamagedRecords:
            self._read_around_damage(len(walk.starts))
            return
        self._bytes_at_once = bytes_at_next
        for plan in stretch.plans:
            self._learned.add_plan(plan)
        self._flush_singles()
        self.gathered.add(stretch.part)
        self.settings += stretch.settings
        self._records += stretch.records
        whole = stretch.records == len(walk.starts)
        self._at += (walk.end if whole else int(walk.starts[stretch.records])) - index

    def _trusted(self, walk: Walk) -> Walk:
        """Leave out a damaged last record where none is seen behind it: its length may be what is wrong."""
        source = self._source
        header = source.buffer[walk.end : min(walk.end + HEADER_BYTES, source.stop)].tobytes()
        if not len(walk.starts) or header == header_of(int.from_bytes(header[:8], "little")):
            return walk
        last = int(walk.starts[-1])
        if payload_is_intact(source, source.origin + last, int(walk.lengths[-1])):
            return walk
        return Walk(walk.starts[:-1], walk.lengths[:-1], last)

    def _read_around_damage(self, records: int) -> None:
        if self._bytes_at_once > _FEWEST_BYTES:
            self._bytes_at_once //= 8
            return
        for _ in range(records):
            self._read_single()

    def _read_single(self) -> None:
        if self._source.size - self._at < HEADER_BYTES:
            self._move_to(self._source.size)
            return
        length = payload_length(self._source, self._at)
        if length is None:
            self._skip_damage("no valid record header")
        elif self._at + length + FRAME_BYTES > self._source.size:
            self._skip_cut_record()
        elif length > LONGEST_RECORD:
            self._step_over_longest(length)
        elif self._at < self._doubted and not payload_is_intact(self._source, self._at, length):
            self._skip_damage(BAD_CHECKSUM)
        else:
            self._read_whole(length)

    def _step_over_longest(self, length: int) -> None:
        cause = f"a record longer than {LONGEST_RECORD >> 20} MiB"
        end = self._at + length + FRAME_BYTES
        if end + HEADER_BYTES <= self._source.size and payload_length(self._source, end) is None:
            self._skip_damage(cause)
        else:
            self._tell(Damage(self._at, length + FRAME_BYTES, cause, (1, 1)))
            self._at = end

    def _read_whole(self, length: int) -> None:
        end = self._at + length + FRAME_BYTES
        followed = payload_length(self._source, end) is not None
        body = self._source.read(self._at + HEADER_BYTES, length + 4)
        payload = body[:-4]
        try:
            record = self._parser.parse(payload)
        except MalformedRecord as error:
            self._skip_damage(f"no event: {error}" if is_intact(body) else BAD_CHECKSUM)
            return
        if (not followed or self._parser.must_be_intact(record)) and not is_intact(body):
            self._skip_damage(BAD_CHECKSUM)
            return
        self._single_records.append((self._records, payload, self._parser.accept(record)))
        self.settings += record.settings
        self._records += 1
        self._at = end
        if len(self._single_records) == _MOST_SINGLES:
            self._flush_singles()

    def _flush_singles(self) -> None:
        if self._single_records:
            records = [(number, record) for number, _, record in self._single_records]
            self.gathered.add(assemble_records(records, self._learned.shapes))
            self._single_records = []

    def _skip_damage(self, cause: str) -> None:
        found = next_record(self._source, self._at + 1)
        self._tell(damage_between(self._source, self._at, found, cause))
        self._move_to(found)

    def _skip_cut_record(self) -> None:
        """Go on behind a record that runs over the end of the file, which a live file's last one does."""
        found = next_record(self._source, self._at + 1)
        if found < self._source.size:
            self._tell(damage_between(self._source, self._at, found, BAD_CHECKSUM))
        self._move_to(found)

    def _tell(self, damage: Damage) -> None:
        self.damages.append(damage)
        self._doubted = max(self._doubted, _doubted_behind(damage))

    def _move_to(self, found: int) -> None:
        """Go on at `found`; where that is the end, what is appended may show what these bytes are."""
        if found >= self._source.size and self._unsettled is None:
            self._unsettled = self._at
        self._at = found


def _doubted_behind(damage: Damage) -> int:
    return damage.at + damage.count + _NEAR_DAMAGE
