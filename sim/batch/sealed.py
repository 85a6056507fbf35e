"""Arrays as a file that shows whether it is whole: their checksum, then the arrays themselves."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CHECKSUM = hashlib.sha256().digest_size


def sealed(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return named arrays as the content of a file."""
    import numpy as np

    content, named = io.BytesIO(), dict[str, Any](arrays)
    np.savez_compressed(content, **named)
    return hashlib.sha256(content.getvalue()).digest() + content.getvalue()


def unsealed(file: bytes) -> dict[str, NDArray[Any]]:
    """Return the arrays of a file; ValueError if it is not whole."""
    import zipfile

    import numpy as np

    checksum, content = file[:_CHECKSUM], file[_CHECKSUM:]
    if hashlib.sha256(content).digest() != checksum:
        raise ValueError("the file is not what was written")
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return dict(arrays)
    except (OSError, KeyError, EOFError, zipfile.BadZipFile) as fault:
        raise ValueError(f"the file holds no arrays ({fault})") from None
