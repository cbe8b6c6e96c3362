"""What only a disk can do wrong."""

import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fraudsim_assets.errors import StorageError
from fraudsim_assets.storage import LocalStore, PartKey
from fraudsim_assets.storage.writers import this_writer
from fraudsim_assets_tests.storage.children import in_child
from fraudsim_assets_tests.storage.samples import KEY, options, version_if_whole, versioned


def _whole(store: LocalStore) -> int:
    return version_if_whole(pq.read_table(store.uri(KEY), partitioning=None))


def _hidden(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob(".*")]


class _FailingFile:
    """File of Arrow that fails with an error of the operating system after some bytes."""

    def __init__(self, path: str, code: int, limit: int) -> None:
        self._file = Path(path).open("wb")  # noqa: SIM115 - closed by this class
        self._code, self._left = code, limit

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._file.close()

    def write(self, data: bytes) -> int:
        self._left -= len(data)
        if self._left < 0:
            raise OSError(self._code, os.strerror(self._code))
        return self._file.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[int]]:
    """Make the disk fail with the given errors, one per file that is opened for writing, then work."""

    def arrange(*codes: int, limit: int = 20_000) -> list[int]:
        left, real = list(codes), pa.OSFile

        def opened(path: str, mode: str = "rb") -> Any:
            return _FailingFile(path, left.pop(0), limit) if mode == "wb" and left else real(path, mode)

        monkeypatch.setattr("fraudsim_assets.storage.local.pa.OSFile", opened)
        return left

    return arrange


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (errno.ENOSPC, "the disk is full; free some space"),
        (errno.EDQUOT, "the disk quota is used up"),
        (errno.EROFS, "the file system is mounted read-only"),
        (errno.EACCES, "permission denied; give this user write access"),
    ],
)
@pytest.mark.parametrize("limit", [0, 20_000, 40_000])
def test_a_permanent_fault_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, failing: Callable[..., list[int]], code: int, said: str, limit: int
) -> None:
    store = LocalStore(tmp_path, options())
    store.write(KEY, versioned(1))
    left = failing(code, code, limit=limit)
    with pytest.raises(StorageError, match=said):
        store.write(KEY, versioned(2))
    assert left == [code], "a permanent fault must not be tried again"
    assert _whole(store) == 1
    assert _hidden(tmp_path) == []


def test_passing_faults_restart_the_stream(tmp_path: Path, failing: Callable[..., list[int]]) -> None:
    store = LocalStore(tmp_path, options())
    failing(errno.ESTALE, errno.EIO, errno.ETIMEDOUT)
    assert store.write(KEY, versioned(2)).rows == 5_000
    assert _whole(store) == 2
    assert _hidden(tmp_path) == []


def test_a_fault_that_does_not_pass_is_given_up(tmp_path: Path, failing: Callable[..., list[int]]) -> None:
    failing(*[errno.EIO] * 10)
    with pytest.raises(StorageError, match=r"gave up after 4 tries"):
        LocalStore(tmp_path, options()).write(KEY, versioned(2))
    assert list(tmp_path.rglob("*.*")) == []


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace"])
def test_a_fault_of_the_last_steps_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    store = LocalStore(tmp_path, options())
    store.write(KEY, versioned(1))

    def broken(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(step, broken)
    with pytest.raises(StorageError, match="the disk is full"):
        store.write(KEY, versioned(2))
    monkeypatch.undo()
    assert _whole(store) == 1
    assert _hidden(tmp_path) == []


def test_a_file_size_limit_is_told_by_its_name(tmp_path: Path) -> None:
    """The real thing: the operating system refuses to let the file grow."""
    store = LocalStore(tmp_path, options())
    store.write(KEY, versioned(1))

    def limited() -> None:
        import resource
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))
        store.write(KEY, versioned(2))

    assert "StorageError" in (said := in_child(limited))
    assert "larger than the file system or the process limit (ulimit -f) allows" in said
    assert _whole(store) == 1
    assert _hidden(tmp_path) == []


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Folder that every user may enter."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_a_folder_without_write_permission_is_told_by_its_name(open_folder: Path) -> None:
    def as_nobody() -> None:
        if os.getuid() == 0:
            os.setuid(65_534)
        LocalStore(open_folder / "data", options()).write(KEY, versioned(1))

    if os.getuid() != 0:
        open_folder.chmod(0o555)
    said = in_child(as_nobody)
    assert "StorageError" in said
    assert "permission denied; give this user write access to the folder or set storage.base_dir elsewhere" in said


@pytest.mark.parametrize(("mount", "said"), [("size=64k", "the disk is full"), ("ro", "mounted read-only")])
def test_a_real_full_or_read_only_file_system(tmp_path: Path, mount: str, said: str) -> None:
    folder = tmp_path / "small"
    folder.mkdir()

    def mounted() -> None:
        import ctypes

        libc = ctypes.CDLL(None, use_errno=True)
        new_user, new_mounts, private = 0x10000000, 0x00020000, (1 << 18) | 16384
        if libc.unshare(new_mounts if os.getuid() == 0 else new_user | new_mounts) != 0:
            raise PermissionError("cannot mount here")
        libc.mount(b"none", b"/", None, private, None)
        data, flags = (mount.encode(), 0) if mount != "ro" else (b"size=64k", 1)
        if libc.mount(b"tmpfs", str(folder).encode(), b"tmpfs", flags, data) != 0:
            raise PermissionError("cannot mount here")
        LocalStore(folder, options()).write(KEY, versioned(2, rows=100_000))

    answer = in_child(mounted)
    if "cannot mount here" in answer:
        pytest.skip("mounting is not allowed here; the same faults are injected above")
    assert "StorageError" in answer
    assert said in answer


def test_a_file_where_a_folder_is_needed_is_told(tmp_path: Path) -> None:
    (tmp_path / "transactions").write_text("in the way")
    with pytest.raises(StorageError, match="stands where a folder is needed"):
        LocalStore(tmp_path, options()).write(KEY, versioned(1))


@pytest.mark.parametrize("content", [b"", b"PAR1", b"not parquet at all, but long enough to look like something"])
def test_a_damaged_file_is_told_by_its_path(tmp_path: Path, content: bytes) -> None:
    store = LocalStore(tmp_path, options())
    Path(store.uri(KEY)).parent.mkdir(parents=True)
    Path(store.uri(KEY)).write_bytes(content)
    with pytest.raises(StorageError, match=r"part-0.parquet is damaged .*delete it and materialise it again"):
        store.metadata(KEY)


def test_a_disk_without_hard_links_is_told_under_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.ENOTSUP, "Operation not supported")

    monkeypatch.setattr("pathlib.Path.hardlink_to", refused)
    with pytest.raises(StorageError, match="'fail' needs hard links"):
        LocalStore(tmp_path, options()).write(KEY, versioned(1), if_exists="fail")


def test_leftovers_of_the_dead_go_and_those_of_the_living_stay(tmp_path: Path) -> None:
    store = LocalStore(tmp_path, options())
    folder = tmp_path / "transactions" / "date=2025-01-01"
    folder.mkdir(parents=True)
    me = this_writer()
    names = {
        "alive": me.name,
        "gone": f"{me.machine}-{me.boot}-{2**22 + 1}-5-0",
        "other start": f"{me.machine}-{me.boot}-{me.pid}-{me.start + 1}-0",
        "other boot": f"{me.machine}-00000000-{me.pid}-{me.start}-0",
        "other machine": f"00000000-{me.boot}-{me.pid}-{me.start}-0",
        "other machine, old": f"00000001-{me.boot}-{me.pid}-{me.start}-0",
        "nobody's": "whatever",
    }
    files = {what: folder / f".part-0.parquet.{name}.tmp" for what, name in names.items()}
    files["not ours"] = folder / ".other.tmp"
    for file in files.values():
        file.write_text("half of a file")
    os.utime(files["other machine, old"], (1.0, 1.0))
    removed = store.delete_leftovers("transactions")
    gone = ["gone", "other start", "other boot", "other machine, old"]
    assert sorted(removed) == sorted(str(files[what]) for what in gone)
    assert [what for what, file in files.items() if not file.exists()] == gone
    assert LocalStore(tmp_path, options()).delete_leftovers() == []


def test_the_first_write_to_an_asset_clears_up_the_whole_asset(tmp_path: Path) -> None:
    store, me = LocalStore(tmp_path, options()), this_writer()
    other_day = tmp_path / "transactions" / "date=2024-12-31"
    other_day.mkdir(parents=True)
    dead = other_day / f".part-0.parquet.{me.machine}-{me.boot}-{me.pid}-{me.start + 1}-0.tmp"
    dead.write_text("half of a file")
    store.write(KEY, versioned(1))
    assert not dead.exists()


def test_temporary_files_are_no_parquet_files_to_anybody(tmp_path: Path) -> None:
    seen: list[list[str]] = []
    store = LocalStore(tmp_path, options())

    def batches() -> Iterator[pa.RecordBatch]:
        yield from versioned(1).batches()
        seen.append([path.name for path in tmp_path.rglob("*") if path.is_file()])
        assert not list(tmp_path.rglob("*.parquet"))
        assert store.list_parts("transactions") == []

    stream = versioned(1)
    store.write(KEY, type(stream)(stream.schema, batches, stream.metadata))
    assert len(seen[0]) == 1
    assert seen[0][0].startswith(".part-0.parquet.")


def test_folders_above_that_look_like_partitions_do_not_disturb(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "run=5" / "kind=test", options())
    store.write(KEY, versioned(1))
    assert store.scan([KEY]).collect_schema().names() == ["version", "row", "mixed", "date"]
    assert store.scan([KEY]).select("row").collect().height == 5_000


def test_an_asset_in_a_folder_of_another_is_not_mixed_up_with_it(tmp_path: Path) -> None:
    store = LocalStore(tmp_path, options())
    store.write(PartKey("views"), versioned(1))
    store.write(PartKey("views/bank"), versioned(2))
    assert [part.path for part in store.list_parts("views")] == ["views/part-0.parquet"]
