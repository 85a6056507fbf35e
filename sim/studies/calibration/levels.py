"""Maximum likelihood for delays of several missions, each with a level of its own.

A delay of mission m is exp(location + features·effects + level) times a draw of the law, level ~ N(0, between²);
with chance `comes` it ends at all (else it never does; left out: always). What was seen of it is a range of
days. The level is integrated out on a grid; each effect has a normal prior of standard deviation 1 around 0,
for few missions of a kind tell little: a kind is taken to differ by a factor of about e, not of a hundred.

The likelihood is multiplied by between^k, k coefficients: for complete normal data this is the restricted
likelihood (missions less coefficients as denominator), and it keeps `between` off 0, where few missions put it too
often (Chung, Rabe-Hesketh, Dorie, Gelman and Liu 2013). Its square is taken as χ² with ν = 1 / (2 · error²) degrees
of freedom (Satterthwaite 1946), error being that of ln between by the likelihood's curvature; intervals of location
and effects are Student's with missions less coefficients. The other intervals are normal, on the log scale of
`within` and the logit of `comes`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.studies.calibration.censored import Delays
from sim.studies.calibration.laws import FAMILIES, Family

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

EFFECT_PRIOR = 1.0
_GRID = 81
_REACH = 4.5
_LEAST = 1e-300
_BOUNDS = {"within": (0.05, 3.0), "between": (0.02, 3.0), "comes": (0.02, 0.998)}


@dataclass(frozen=True, slots=True)
class ParameterEstimate:
    """A parameter with its 95 % interval; `error` is its standard error where it is used, see `Fitted`."""

    value: float
    low: float
    high: float
    error: float


@dataclass(frozen=True)
class Fitted:
    """A fitted law: the median delay of a mission without features, its spreads, and what features multiply.

    `median` is in days, `effects` factors on it; errors of `median` and `effects` are on the log scale.
    """

    law: str
    median: ParameterEstimate
    effects: Mapping[str, ParameterEstimate]
    within: ParameterEstimate
    between: ParameterEstimate | None
    comes: ParameterEstimate | None
    delays: int
    open: int
    missions: int
    log_likelihood: float

    @property
    def family(self) -> Family:
        """The family of the law."""
        return FAMILIES[self.law]

    def median_of(self, features: Mapping[str, float]) -> float:
        """Return the median delay of missions with these features."""
        total = math.log(self.median.value)
        total += math.fsum(
            features.get(name, 0.0) * math.log(each.value) for name, each in self.effects.items()
        )
        return math.exp(total)

    def cumulative(self, day: float) -> float:
        """Return the chance that a delay without features has ended by a day, missions taken together."""
        import numpy as np

        spread = self.between.value if self.between else 0.0
        grid = np.linspace(-_REACH, _REACH, _GRID)
        weight = np.exp(-0.5 * grid**2)
        told = self.family.cumulative(day / (self.median.value * np.exp(spread * grid)), self.within.value)
        comes = self.comes.value if self.comes else 1.0
        return comes * float((told * weight).sum() / weight.sum())

    def uncertainty(self, features: Mapping[str, float]) -> float:
        """Return the log s.d. of a new mission's level: between missions, and what is not known of the median."""
        between = self.between.value if self.between else 0.0
        told = [features.get(name, 0.0) * each.error for name, each in self.effects.items()]
        return math.hypot(between, self.median.error, *told)


@dataclass(frozen=True)
class LevelsModel:
    """What is estimated: the law, which features, whether missions differ, whether some delays never end."""

    law: str
    features: tuple[str, ...] = ()
    levels: bool = True
    cured: bool = False


def fit(
    delays: Delays,
    shape: LevelsModel,
    features: Mapping[str, Mapping[str, float]] | None = None,
    weights: Mapping[str, float] | None = None,
) -> Fitted:
    """Fit a law to delays; `features` and `weights` are by mission (missing: none, and 1)."""
    import numpy as np
    from scipy.optimize import minimize

    problem = _Problem(delays, shape, features or {}, weights or {})
    start = problem.start()
    found = minimize(problem.loss, start, method="L-BFGS-B", bounds=problem.bounds())
    curvature = _curvature(problem.loss, found.x)
    errors = np.sqrt(np.diag(curvature))
    return problem.fitted(found.x, errors, -float(found.fun))


def score(
    fitted: Fitted, delays: Delays, features: Mapping[str, Mapping[str, float]] | None = None
) -> Mapping[str, float]:
    """Return the log-likelihood of each mission's delays under a law fitted to others, its level unknown."""
    shape = LevelsModel(
        fitted.law, tuple(fitted.effects), fitted.between is not None, fitted.comes is not None
    )
    problem = _Problem(delays, shape, features or {}, {})
    each = problem.by_mission(problem.parameters_of(fitted))
    return dict(zip(delays.groups, (float(value) for value in each), strict=True))


class _Problem:
    """The likelihood as a function of (location, effects, ln within, ln between, logit comes)."""

    def __init__(
        self,
        delays: Delays,
        shape: LevelsModel,
        features: Mapping[str, Mapping[str, float]],
        weights: Mapping[str, float],
    ) -> None:
        import numpy as np

        self.delays, self.shape = delays, shape
        self.family = FAMILIES[shape.law]
        self.design = np.array(
            [[features.get(name, {}).get(each, 0.0) for each in shape.features] for name in delays.groups]
        ).reshape(len(delays.groups), len(shape.features))
        self.weights = np.array([weights.get(name, 1.0) for name in delays.groups])
        self.grid = np.linspace(-_REACH, _REACH, _GRID) if shape.levels else np.zeros(1)
        prior = np.exp(-0.5 * self.grid**2)
        self.log_prior = np.log(prior / prior.sum())
        self.first = np.searchsorted(delays.group, np.arange(len(delays.groups)))
        self.ended = ~np.isinf(delays.at_most)

    def bounds(self) -> list[tuple[float, float]]:
        """Return the bounds of each parameter, which keep the search where numbers are sane."""
        limits = [(-2.0, 12.0), *([(-6.0, 6.0)] * len(self.shape.features))]
        limits.append(_logs("within"))
        limits += [_logs("between")] if self.shape.levels else []
        limits += [tuple(_logit(each) for each in _BOUNDS["comes"])] if self.shape.cured else []  # type: ignore[list-item]
        return limits

    def start(self) -> Floats:
        """Return where the search begins: SciPy's fit to the delays; with levels, the middle of what was seen."""
        import numpy as np

        if self.shape.levels:
            ended = self.delays.at_most[self.ended] if self.ended.any() else self.delays.above
            median, spread = float(np.median(ended)), 0.7
        else:
            with np.errstate(divide="ignore"):
                median, spread = self.family.from_scipy(self.delays.as_scipy())
        low, high = _BOUNDS["within"]
        spread = min(max(spread, 1.5 * low), high / 1.5)
        values = [
            math.log(min(max(median, 0.5), 20_000.0)),
            *([0.0] * len(self.shape.features)),
            math.log(spread),
        ]
        values += [math.log(0.7)] if self.shape.levels else []
        values += [_logit(0.9)] if self.shape.cured else []
        low_ends, high_ends = np.array(self.bounds()).T
        begin: Floats = np.clip(np.array(values), low_ends, high_ends)
        return begin

    def loss(self, parameters: Floats) -> float:
        """Return the negative log-likelihood with the prior of the effects and what keeps `between` off 0."""
        coefficients = 1 + len(self.shape.features)
        effects = parameters[1:coefficients]
        prior = 0.5 * float((effects**2).sum()) / EFFECT_PRIOR**2
        if self.shape.levels:
            prior -= coefficients * float(parameters[coefficients + 1])
        return prior - float((self.weights * self.by_mission(parameters)).sum())

    def by_mission(self, parameters: Floats) -> Floats:
        """Return the log-likelihood of each mission, its level integrated out."""
        import numpy as np

        location, effects, within, between, comes = self._named(parameters)
        level = location + self.design @ effects
        medians = np.exp(level[:, None] + between * self.grid[None, :])  # [missions, grid]
        at = medians[self.delays.group]
        finite = np.where(np.isinf(self.delays.at_most), 1.0, self.delays.at_most)
        after = comes * self.family.cumulative(finite[:, None] / at, within)
        before = comes * self.family.cumulative(self.delays.above[:, None] / at, within)
        chance = np.where(self.ended[:, None], after - before, 1.0 - before)
        logs = self.delays.count[:, None] * np.log(np.maximum(chance, _LEAST))
        total = np.add.reduceat(logs, self.first, axis=0)
        total += self.log_prior[None, :]
        most = total.max(axis=1)
        answer: Floats = most + np.log(np.exp(total - most[:, None]).sum(axis=1))
        return answer

    def _named(self, parameters: Floats) -> tuple[float, Floats, float, float, float]:
        count = len(self.shape.features)
        rest = list(parameters[1 + count :])
        within = math.exp(rest.pop(0))
        between = math.exp(rest.pop(0)) if self.shape.levels else 0.0
        comes = 1.0 / (1.0 + math.exp(-rest.pop(0))) if self.shape.cured else 1.0
        return float(parameters[0]), parameters[1 : 1 + count], within, between, comes

    def parameters_of(self, fitted: Fitted) -> Floats:
        """Return the parameters of a law that was fitted to other delays."""
        import numpy as np

        values = [math.log(fitted.median.value)]
        values += [math.log(fitted.effects[name].value) for name in self.shape.features]
        values.append(math.log(fitted.within.value))
        values += [math.log(fitted.uncertainty({}))] if fitted.between else []
        values += [_logit(fitted.comes.value)] if fitted.comes else []
        return np.array(values)

    def fitted(self, found: Floats, errors: Floats, log_likelihood: float) -> Fitted:
        """Return the parameters by name, with their intervals."""
        from scipy.special import chdtri, ndtri, stdtrit

        missions, coefficients = len(self.delays.groups), 1 + len(self.shape.features)
        after = coefficients
        normal = float(ndtri(0.975))
        student, freedom = normal, math.inf
        if self.shape.levels:
            whole = max(1.0, missions - coefficients)
            freedom = max(1.0, min(whole, 0.5 / float(errors[after + 1]) ** 2))
            student = float(stdtrit(whole, 0.975))

        def factor(place: int) -> ParameterEstimate:
            value, error = float(found[place]), float(errors[place])
            ends = (math.exp(value - student * error), math.exp(value + student * error))
            return ParameterEstimate(math.exp(value), *ends, error)

        def spread(place: int) -> ParameterEstimate:
            value, error = float(found[place]), float(errors[place])
            return ParameterEstimate(
                math.exp(value), math.exp(value - normal * error), math.exp(value + normal * error), error
            )

        def between(place: int) -> ParameterEstimate:
            value = math.exp(float(found[place]))
            low, high = (value * math.sqrt(freedom / float(chdtri(freedom, tail))) for tail in (0.025, 0.975))
            return ParameterEstimate(value, low, high, float(errors[place]))

        def share(place: int) -> ParameterEstimate:
            value, error = float(found[place]), float(errors[place])
            ends = (_expit(value - normal * error), _expit(value + normal * error))
            return ParameterEstimate(_expit(value), ends[0], ends[1], error)

        return Fitted(
            law=self.shape.law,
            median=factor(0),
            effects={name: factor(1 + place) for place, name in enumerate(self.shape.features)},
            within=spread(after),
            between=between(after + 1) if self.shape.levels else None,
            comes=share(len(found) - 1) if self.shape.cured else None,
            delays=self.delays.total,
            open=self.delays.open,
            missions=missions,
            log_likelihood=log_likelihood,
        )


def _curvature(loss: Any, at: Floats) -> Floats:
    """Return the inverse of the second derivatives by central differences: the parameters' covariance."""
    import numpy as np

    size = len(at)
    step = 1e-3 * np.maximum(1.0, np.abs(at))
    second = np.zeros((size, size))
    middle = loss(at)

    def shifted(*moves: tuple[int, int]) -> float:
        place = at.copy()
        for number, sign in moves:
            place[number] += sign * step[number]
        return float(loss(place))

    for i in range(size):
        second[i, i] = (shifted((i, 1)) - 2 * middle + shifted((i, -1))) / step[i] ** 2
        for j in range(i):
            mixed = shifted((i, 1), (j, 1)) - shifted((i, 1), (j, -1))
            mixed += shifted((i, -1), (j, -1)) - shifted((i, -1), (j, 1))
            second[i, j] = second[j, i] = mixed / (4 * step[i] * step[j])
    values, vectors = np.linalg.eigh(second)
    values = np.maximum(values, 0.05)  # where a parameter is not told at all its log s.d. is taken as 4.5
    answer: Floats = (vectors / values) @ vectors.T
    return answer


def _logs(name: str) -> tuple[float, float]:
    low, high = _BOUNDS[name]
    return math.log(low), math.log(high)


def _logit(share: float) -> float:
    return math.log(share / (1.0 - share))


def _expit(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-value))


def weights_by_cluster(groups: Sequence[str], cluster_of: Mapping[str, str]) -> dict[str, float]:
    """Return weights that let each cluster count once, however many build-ups it has."""
    clusters = [cluster_of.get(name, name) for name in groups]
    return {name: 1.0 / clusters.count(cluster) for name, cluster in zip(groups, clusters, strict=True)}
