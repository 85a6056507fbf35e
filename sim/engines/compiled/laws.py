"""The laws of `sim.plan.laws`, operation by operation in the same order, so that every bit is the same."""

from __future__ import annotations

from math import erfc, exp, expm1, fabs, inf, log, log1p, sqrt

from sim.engines.compiled.compiling import Floats, Ints, compiled
from sim.engines.layout import (
    CONSTANT,
    EXPONENTIAL,
    HALVES,
    LAW_FLOATS,
    LAW_KIND,
    LAW_SIZE,
    LAW_WIDTH,
    LAWS,
    LOGNORMAL,
    TABULATED,
)

_SQRT2 = sqrt(2.0)


@compiled
def normal_quantile(p: float) -> float:
    """Return the quantile of the standard normal: AS 241 (Wichura 1988), as `statistics.NormalDist.inv_cdf`."""
    q = p - 0.5
    if fabs(q) <= 0.425:
        r = 0.180625 - q * q
        num = (
            (
                (
                    (
                        (
                            (
                                (2.5090809287301226727e3 * r + 3.3430575583588128105e4) * r
                                + 6.7265770927008700853e4
                            )
                            * r
                            + 4.5921953931549871457e4
                        )
                        * r
                        + 1.3731693765509461125e4
                    )
                    * r
                    + 1.9715909503065514427e3
                )
                * r
                + 1.3314166789178437745e2
            )
            * r
            + 3.3871328727963666080e0
        ) * q
        den = (
            (
                (
                    (
                        (
                            (5.2264952788528545610e3 * r + 2.8729085735721942674e4) * r
                            + 3.9307895800092710610e4
                        )
                        * r
                        + 2.1213794301586595867e4
                    )
                    * r
                    + 5.3941960214247511077e3
                )
                * r
                + 6.8718700749205790830e2
            )
            * r
            + 4.2313330701600911252e1
        ) * r + 1.0
        return 0.0 + ((num / den) * 1.0)
    r = p if q <= 0.0 else 1.0 - p
    r = sqrt(-log(r))
    if r <= 5.0:
        r = r - 1.6
        num = (
            (
                (
                    (
                        (
                            (7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r
                            + 2.41780725177450611770e-1
                        )
                        * r
                        + 1.27045825245236838258e0
                    )
                    * r
                    + 3.64784832476320460504e0
                )
                * r
                + 5.76949722146069140550e0
            )
            * r
            + 4.63033784615654529590e0
        ) * r + 1.42343711074968357734e0
        den = (
            (
                (
                    (
                        (
                            (1.05075007164441684324e-9 * r + 5.47593808499534494600e-4) * r
                            + 1.51986665636164571966e-2
                        )
                        * r
                        + 1.48103976427480074590e-1
                    )
                    * r
                    + 6.89767334985100004550e-1
                )
                * r
                + 1.67638483018380384940e0
            )
            * r
            + 2.05319162663775882187e0
        ) * r + 1.0
    else:
        r = r - 5.0
        num = (
            (
                (
                    (
                        (
                            (2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r
                            + 1.24266094738807843860e-3
                        )
                        * r
                        + 2.65321895265761230930e-2
                    )
                    * r
                    + 2.96560571828504891230e-1
                )
                * r
                + 1.78482653991729133580e0
            )
            * r
            + 5.46378491116411436990e0
        ) * r + 6.65790464350110377720e0
        den = (
            (
                (
                    (
                        (
                            (2.04426310338993978564e-15 * r + 1.42151175831644588870e-7) * r
                            + 1.84631831751005468180e-5
                        )
                        * r
                        + 7.86869131145613259100e-4
                    )
                    * r
                    + 1.48753612908506148525e-2
                )
                * r
                + 1.36929880922735805310e-1
            )
            * r
            + 5.99832206555887937690e-1
        ) * r + 1.0
    x = num / den
    if q < 0.0:
        x = -x
    return 0.0 + (x * 1.0)


@compiled
def _halves_at(location: float, below: float, above: float, share: float, z: float) -> float:
    height = location + (below if z < 0 else above) * z
    if share == 0.0:
        return exp(height)
    return 1.0 / (1.0 + exp(-height)) if height > -700 else 0.0


@compiled
def _normal_hazard(place: float) -> float:
    if place < 0:
        return -log1p(-0.5 * erfc(-place))
    survival = 0.5 * erfc(place)
    return -log(survival) if survival > 0 else inf


@compiled
def _tabulated(R: Floats, at: int, size: int, u: float) -> float:
    place = u * (size - 1)
    below = min(int(place), size - 2)
    low, high = R[at + below], R[at + below + 1]
    return low + (high - low) * (place - below)


@compiled
def _bisect_right(R: Floats, at: int, size: int, x: float) -> int:
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        if x < R[at + middle]:
            high = middle
        else:
            low = middle + 1
    return low


@compiled
def _bisect_left(R: Floats, at: int, size: int, x: float) -> int:
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        if R[at + middle] < x:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def hazard_of(kind: int, M: Ints, R: Floats, at: int, size: int, x: float) -> float:
    """Return the cumulative hazard −ln(1 − F(x)) of a law whose numbers stand in `R` from `at` on."""
    if kind == CONSTANT:
        return inf if x >= R[at] else 0.0
    if kind == EXPONENTIAL:
        return (x if x > 0.0 else 0.0) / R[at]
    if kind == LOGNORMAL:
        if x <= 0:
            return 0.0
        return _normal_hazard((log(x) - R[at]) / (R[at + 1] * _SQRT2))
    if kind == HALVES:
        if x <= 0:
            return 0.0
        share = R[at + 3]
        if share != 0.0 and x >= 1:
            return inf
        height = (log(x / (1.0 - x)) if share != 0.0 else log(x)) - R[at]
        place = height / (R[at + 1] if height < 0 else R[at + 2])
        return _normal_hazard(place / _SQRT2)
    if kind == TABULATED:
        if x <= R[at]:
            return -log1p(-0.0)
        if x >= R[at + size - 1]:
            return inf
        above = _bisect_right(R, at, size, x)
        low, high = R[at + above - 1], R[at + above]
        cumulative = (above - 1 + (x - low) / (high - low)) / (size - 1)
        return -log1p(-cumulative) if cumulative < 1.0 else inf
    at_most = _bisect_right(R, at, size, x)
    return R[at + 2 * size + at_most - 1] if at_most > 0 else 0.0


@compiled
def at_hazard_of(kind: int, M: Ints, R: Floats, at: int, size: int, h: float) -> float:
    """Return the smallest x whose hazard is at least `h`."""
    if kind == CONSTANT:
        return R[at]
    if kind == EXPONENTIAL:
        return h * R[at]
    if kind in (LOGNORMAL, HALVES):
        survival = exp(-h)
        if survival <= 0.0:
            return 1.0 if kind == HALVES and R[at + 3] != 0.0 else inf
        if h <= 0.0:
            return 0.0
        z = -normal_quantile(survival) if survival <= 0.5 else normal_quantile(-expm1(-h))
        if kind == LOGNORMAL:
            return exp(R[at] + R[at + 1] * z)
        return _halves_at(R[at], R[at + 1], R[at + 2], R[at + 3], z)
    if kind == TABULATED:
        return _tabulated(R, at, size, -expm1(-h))
    return R[at + min(_bisect_left(R, at + 2 * size, size, h), size - 1)]


@compiled
def quantile_of(kind: int, M: Ints, R: Floats, at: int, size: int, u: float) -> float:
    """Return F⁻¹(u)."""
    if kind == CONSTANT:
        return R[at]
    if kind == EXPONENTIAL:
        return -log1p(-u) * R[at]
    if kind == LOGNORMAL:
        return exp(R[at] + R[at + 1] * normal_quantile(u))
    if kind == HALVES:
        return _halves_at(R[at], R[at + 1], R[at + 2], R[at + 3], normal_quantile(u))
    if kind == TABULATED:
        return _tabulated(R, at, size, u)
    return R[at + min(_bisect_left(R, at + size, size, u), size - 1)]


@compiled
def hazard(M: Ints, R: Floats, law: int, x: float) -> float:
    """Return the cumulative hazard of law number `law`."""
    row = M[LAWS] + law * LAW_WIDTH
    return hazard_of(M[row + LAW_KIND], M, R, M[row + LAW_FLOATS], M[row + LAW_SIZE], x)


@compiled
def at_hazard(M: Ints, R: Floats, law: int, h: float) -> float:
    """Return the smallest x at which law number `law` has a hazard of at least `h`."""
    row = M[LAWS] + law * LAW_WIDTH
    return at_hazard_of(M[row + LAW_KIND], M, R, M[row + LAW_FLOATS], M[row + LAW_SIZE], h)


@compiled
def quantile(M: Ints, R: Floats, law: int, u: float) -> float:
    """Return F⁻¹(u) of law number `law`."""
    row = M[LAWS] + law * LAW_WIDTH
    return quantile_of(M[row + LAW_KIND], M, R, M[row + LAW_FLOATS], M[row + LAW_SIZE], u)
