"""The readers that are compared. Each is run in a process of its own: `python -m benchmarks.reading.readers`.

    python -m benchmarks.reading.readers NAME FOLDER REPEATS LAST

reads the logs below FOLDER so many times and prints JSON: the CPU seconds of each time, those of the data
server included where it is asked, how many events came out, and by how many bytes the memory grew: at its
peak, and kept, there without the code that was run for the first time. LAST is the latest wall time of each
run as JSON; TensorBoard's data server is asked until it has got there.
"""

from __future__ import annotations

import gc
import importlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks import memory

_PAGE = resource.getpagesize()
_PATIENCE = 300  # seconds
_PAUSE = 0.1  # seconds between two questions, which cost the server time
_ALL_POINTS = 100_000_000  # asked of the server, more than any log here has: it leaves none out


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE


def _cpu_seconds() -> float:
    """Of this process and of those that it has started and waited for."""
    of_children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + of_children.ru_utime + of_children.ru_stime


def _losstui(folder: Path, last: Mapping[str, float]) -> Callable[[], tuple[int, object]]:
    return _read_by_losstui(folder, verify=False)


def _losstui_verifying(folder: Path, last: Mapping[str, float]) -> Callable[[], tuple[int, object]]:
    return _read_by_losstui(folder, verify=True)


def _read_by_losstui(folder: Path, *, verify: bool) -> Callable[[], tuple[int, object]]:
    from losstui.discovery import discover
    from losstui_parsers.tensorboard import Tensorboard

    parser = Tensorboard(verify=verify)

    def read() -> tuple[int, object]:
        runs = [run for log in discover([folder], [parser]).logs for run in parser.read(log.group)]
        return sum(run.frame.points for run in runs), runs

    return read


def _event_accumulator(folder: Path, last: Mapping[str, float]) -> Callable[[], tuple[int, object]]:
    module: Any = importlib.import_module("tensorboard.backend.event_processing.event_accumulator")

    def read() -> tuple[int, object]:
        count = 0
        kept: list[object] = []
        for path in sorted(folder.rglob("*tfevents*")):
            accumulator = module.EventAccumulator(str(path), size_guidance={"scalars": 0, "tensors": 0})
            accumulator.Reload()
            tags = accumulator.Tags()
            count += sum(len(accumulator.Scalars(tag)) for tag in tags["scalars"])
            count += sum(len(accumulator.Tensors(tag)) for tag in tags["tensors"])
            kept.append(accumulator)
        return count, kept

    return read


def _tbparse(folder: Path, last: Mapping[str, float]) -> Callable[[], tuple[int, object]]:
    module: Any = importlib.import_module("tbparse")

    def read() -> tuple[int, object]:
        reader = module.SummaryReader(str(folder), extra_columns={"wall_time", "dir_name"})
        return len(reader.scalars) + len(reader.tensors), reader

    return read


def _data_server(folder: Path, last: Mapping[str, float]) -> Callable[[], tuple[int, object]]:
    ingester: Any = importlib.import_module("tensorboard.data.server_ingester")
    grpc_util: Any = importlib.import_module("tensorboard.util.grpc_util")
    context: Any = importlib.import_module("tensorboard.context").RequestContext()
    provider_module: Any = importlib.import_module("tensorboard.data.provider")
    grpc_provider: Any = importlib.import_module("tensorboard.data.grpc_provider")
    binary = ingester.get_server_binary().path
    everything = provider_module.RunTagFilter()

    def read() -> tuple[int, object]:
        with tempfile.TemporaryDirectory() as folder_of_port:
            port_file = Path(folder_of_port) / "port"
            flags = ["--reload=once", "--samples-per-plugin=scalars=all", "--port=0", "--die-after-stdin"]
            command = [binary, f"--logdir={folder}", f"--port-file={port_file}", *flags]
            with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
                while not (port_file.exists() and port_file.read_text().endswith("\n")):
                    time.sleep(0.001)
                address = f"localhost:{int(port_file.read_text())}"
                creds, options = grpc_util.ChannelCredsType.LOCAL.channel_config()
                grpc: Any = importlib.import_module("grpc")
                options.append(("grpc.max_receive_message_length", 1 << 30))
                stub = grpc_provider.make_stub(grpc.secure_channel(address, creds, options=options))
                provider = grpc_provider.GrpcDataProvider(address, stub)
                deadline = time.monotonic() + _PATIENCE
                while not _has_all(provider, context, last):
                    if time.monotonic() > deadline:
                        raise TimeoutError("the data server did not get to the end of the logs")
                    time.sleep(_PAUSE)
                found = provider.read_scalars(
                    context,
                    experiment_id="",
                    plugin_name="scalars",
                    run_tag_filter=everything,
                    downsample=_ALL_POINTS,
                )
                server.terminate()
        return sum(len(points) for tags in found.values() for points in tags.values()), found

    return read


def _has_all(provider: Any, context: Any, last: Mapping[str, float]) -> bool:
    listed = provider.list_scalars(context, experiment_id="", plugin_name="scalars")
    latest = {
        run: max(series.max_wall_time for series in tags.values()) for run, tags in listed.items() if tags
    }
    return all(latest.get(run, 0.0) >= wall - 1e-6 for run, wall in last.items())


READERS = {
    "losstui": _losstui,
    "losstui --verify": _losstui_verifying,
    "data server": _data_server,
    "EventAccumulator": _event_accumulator,
    "tbparse": _tbparse,
}


def main() -> None:
    """Measure one reader and print what was measured."""
    name, folder, repeats, last = sys.argv[1:]
    read = READERS[name](Path(folder), json.loads(last))
    gc.collect()
    before, own_before = _resident(), memory.own()
    seconds: list[float] = []
    events = peak = kept = 0
    for number in range(int(repeats)):
        started = _cpu_seconds()
        events, result = read()
        seconds.append(_cpu_seconds() - started)
        if number == 0:
            peak = memory.peak() - before
            gc.collect()
            kept = memory.own() - own_before
        del result
    sys.stdout.write(json.dumps({"seconds": seconds, "events": events, "peak": peak, "kept": kept}))


if __name__ == "__main__":
    main()
