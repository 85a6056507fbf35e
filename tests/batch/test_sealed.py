"""Arrays come back as they were kept, and what is not whole is refused."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from sim.batch.sealed import sealed, unsealed


def test_arrays_come_back():
    arrays = {"numbers": np.arange(5), "shares": np.array([0.5, np.nan])}
    found = unsealed(sealed(arrays))
    assert list(found) == ["numbers", "shares"]
    assert all(np.array_equal(found[name], arrays[name], equal_nan=True) for name in arrays)


@pytest.mark.parametrize("place", [0, 31, 40, -1])
def test_what_is_damaged_or_cut_is_refused(place):
    file = bytearray(sealed({"numbers": np.arange(5)}))
    file[place] ^= 1
    with pytest.raises(ValueError, match="not what was written"):
        unsealed(bytes(file))
    with pytest.raises(ValueError, match="not what was written"):
        unsealed(sealed({"numbers": np.arange(5)})[:-1])
    with pytest.raises(ValueError, match="not what was written"):
        unsealed(b"")


def test_a_true_checksum_of_something_else_is_no_array():
    content = b"no arrays"
    with pytest.raises(ValueError, match=r"arrays|pickle"):
        unsealed(hashlib.sha256(content).digest() + content)
