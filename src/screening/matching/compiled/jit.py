"""The decorator of compiled functions, and where their machine code is kept between starts.

numba tells from the file of a function alone whether its machine code is out of date, and not from the functions that
it calls or the constants that it reads. So the code is kept in a folder named after the sources of them all.
"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import platformdirs

_Function = TypeVar("_Function", bound=Callable[..., Any])


def _digest(*patterns: str) -> str:
    folder = Path(__file__).parents[1]
    sources = sorted(source for pattern in patterns for source in folder.glob(pattern))
    return hashlib.sha256(b"\0".join(source.read_bytes() for source in sources)).hexdigest()[:16]


ENGINE = _digest("**/*.py")
"""Names the sources of all of matching: lists that others prepared are not used."""

_CONSTANTS = ("profile", "similarity", "alignment", "name_evidence", "attributes", "birth_dates", "rarity", "variants")
"""Modules of which compiled code reads constants."""


def _folder() -> Path:
    code = _digest("compiled/*.py", "folding.py", *(f"{module}.py" for module in _CONSTANTS))
    parent = os.environ.get("NUMBA_CACHE_DIR") or platformdirs.user_cache_dir("screening", appauthor=False)
    return Path(parent) / f"compiled-{code}"


def _is_kept(folder: Path) -> bool:
    """Tell numba where to keep machine code, if that can be written; else each start compiles anew."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    numba.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]  # set at run time
    return os.access(folder, os.W_OK)


_KEPT = _is_kept(_folder())


def compiled(function: _Function) -> _Function:
    """Compile a function at its first call, without the interpreter's lock while it runs."""
    return cast("_Function", numba.njit(cache=_KEPT, nogil=True, error_model="numpy")(function))
