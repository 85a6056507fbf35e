"""Numbers and delays, as `sim.model.world` has them."""

from __future__ import annotations

from math import ceil, floor, inf

from sim.engines import layout as at
from sim.engines.compiled.compiling import Floats, Ints, compiled
from sim.engines.compiled.laws import at_hazard, hazard, quantile
from sim.engines.compiled.streams import consume, draw, index_of, peek, threshold_of, variate
from sim.engines.compiled.unseen import unseen_value


@compiled
def draw_numbers(M: Ints, R: Floats) -> None:
    """Draw every number that is drawn once a replication, and what scales each delay.

    What is known of a number stands in the place of what is drawn, where the row says so.
    """
    for number in range(M[at.N_QUANTITIES]):
        row = M[at.QUANTITIES] + number * at.QUANTITY_WIDTH
        if M[row + at.QUANTITY_KNOWN] == 0:
            u = variate(M, R, M[row + at.QUANTITY_STREAM], 0) if M[row + at.QUANTITY_STREAM] >= 0 else 0.5
            R[M[row + at.QUANTITY_RAW]] = quantile(M, R, M[row + at.QUANTITY_LAW], u)
    for number in range(M[at.N_QUANTITIES]):
        row = M[at.QUANTITIES] + number * at.QUANTITY_WIDTH
        R[M[row + at.QUANTITY_VALUE]] = _moved(M, R, row)
    for delay in range(M[at.N_DELAYS]):
        row = M[at.DELAYS] + delay * at.DELAY_WIDTH
        R[M[row + at.DELAY_SCALE]] = _product(M, R, M[row + at.DELAY_TIMES], M[row + at.DELAY_N_TIMES])


@compiled
def _product(M: Ints, R: Floats, first: int, many: int) -> float:
    product = 1.0
    for place in range(first, first + many):
        product *= raw(M, R, M[place])
    return product


@compiled
def _moved(M: Ints, R: Floats, row: int) -> float:
    drawn = R[M[row + at.QUANTITY_RAW]]
    if M[row + at.QUANTITY_N_ODDS] > 0:
        odds = _product(M, R, M[row + at.QUANTITY_ODDS], M[row + at.QUANTITY_N_ODDS])
        if odds != 1.0:
            drawn = drawn * odds / (1.0 - drawn + drawn * odds)
    if M[row + at.QUANTITY_N_TIMES] > 0:
        most = R[M[row + at.QUANTITY_MOST]]
        product = drawn * _product(M, R, M[row + at.QUANTITY_TIMES], M[row + at.QUANTITY_N_TIMES])
        drawn = product if product < most else most
    return drawn


@compiled
def raw(M: Ints, R: Floats, quantity: int) -> float:
    """Return a number as it was drawn, before anything that it shares with others moves it."""
    return R[M[M[at.QUANTITIES] + quantity * at.QUANTITY_WIDTH + at.QUANTITY_RAW]]


@compiled
def value(M: Ints, R: Floats, quantity: int) -> float:
    """Return a number that is drawn once a replication."""
    return R[M[M[at.QUANTITIES] + quantity * at.QUANTITY_WIDTH + at.QUANTITY_VALUE]]


@compiled
def troops_of(M: Ints, R: Floats, quantity: int) -> int:
    """Return a number of troops drawn once a replication, rounded half up."""
    many = value(M, R, quantity)
    most = R[M[M[at.QUANTITIES] + quantity * at.QUANTITY_WIDTH + at.QUANTITY_MOST]]
    return floor((many if many <= most else most) + 0.5)


@compiled
def truth(M: Ints, node: int) -> bool:
    """Return whether a node is true in the present round; no node is false."""
    return node >= 0 and M[M[at.NODES] + node * at.NODE_WIDTH + at.NODE_TRUTH] != 0


@compiled
def rate_factor(M: Ints, R: Floats, first: int, many: int) -> float:
    """Return the product of the factors whose rule holds now; each is a node and a place in `R`."""
    product = 1.0
    for place in range(first, first + 2 * many, 2):
        if truth(M, M[place]):
            product *= R[M[place + 1]]
    return product


@compiled
def whole_seconds(length: float) -> int:
    """Round up to a second; beyond ten thousand years it never comes."""
    return ceil(length if length < 3.2e11 else 3.2e11)


@compiled
def delay_row(M: Ints, delay: int) -> int:
    """Return the row of a delay."""
    return M[at.DELAYS] + delay * at.DELAY_WIDTH


@compiled
def stream_of(M: Ints, delay: int) -> int:
    """Return the stream of a delay."""
    return M[delay_row(M, delay) + at.DELAY_STREAM]


@compiled
def scale(M: Ints, R: Floats, delay: int) -> float:
    """Return the product of the uncertain quantities that multiply a delay, or 1."""
    return R[M[delay_row(M, delay) + at.DELAY_SCALE]]


@compiled
def resumes_of(M: Ints, delay: int) -> int:
    """Return from when chance rules over a delay."""
    return M[delay_row(M, delay) + at.DELAY_RESUMES]


@compiled
def age_of(M: Ints, delay: int, since: int, now: int) -> int:
    """Return how old a delay is at an instant, if it began at `since`."""
    row = delay_row(M, delay)
    stood = 0
    for place in range(
        M[row + at.DELAY_STANDS], M[row + at.DELAY_STANDS] + 2 * M[row + at.DELAY_N_STANDS], 2
    ):
        stood += max(0, min(now, M[place + 1]) - max(since, M[place]))
    return now - since - stood


@compiled
def at_age(M: Ints, delay: int, since: int, age: int) -> int:
    """Return the instant at which a delay is that old; the inverse of `age_of`."""
    row = delay_row(M, delay)
    then = since + age
    for place in range(
        M[row + at.DELAY_STANDS], M[row + at.DELAY_STANDS] + 2 * M[row + at.DELAY_N_STANDS], 2
    ):
        if M[place + 1] > since and M[place] < then:
            then += M[place + 1] - max(since, M[place])
    return then


@compiled
def since_of(M: Ints, delay: int, now: int, age: int) -> int:
    """Return when a delay began, if it is that old at an instant."""
    row = delay_row(M, delay)
    began = now - age
    first = M[row + at.DELAY_STANDS]
    for turn in range(M[row + at.DELAY_N_STANDS]):
        place = first + 2 * (M[row + at.DELAY_N_STANDS] - 1 - turn)
        if M[place] < now and M[place + 1] > began:
            began -= min(now, M[place + 1]) - M[place]
    return began


@compiled
def delay_hazard(M: Ints, R: Floats, delay: int, x: float) -> float:
    """Return the cumulative hazard of a delay's law."""
    return hazard(M, R, M[delay_row(M, delay) + at.DELAY_LAW], x)


@compiled
def delay_at_hazard(M: Ints, R: Floats, delay: int, h: float) -> float:
    """Return the length at which a delay's law has used up a hazard."""
    return at_hazard(M, R, M[delay_row(M, delay) + at.DELAY_LAW], h)


@compiled
def outlasted(M: Ints, stream: int, number: int) -> int:
    """Return how long a delay that was broken off is known to exceed."""
    for place in range(M[at.OUTLASTED], M[at.OUTLASTED] + 3 * M[at.N_OUTLASTED], 3):
        if M[place] == stream and M[place + 1] == number:
            return M[place + 2]
    return 0


@compiled
def _outlast(M: Ints, stream: int, number: int, lasted: int) -> None:
    for place in range(M[at.OUTLASTED], M[at.OUTLASTED] + 3 * M[at.N_OUTLASTED], 3):
        if M[place] == stream and M[place + 1] == number:
            M[place + 2] = lasted
            return
    if M[at.N_OUTLASTED] >= M[at.MOST_OUTLASTED]:
        M[at.STATUS] = at.FULL
        return
    place = M[at.OUTLASTED] + 3 * M[at.N_OUTLASTED]
    M[place], M[place + 1], M[place + 2] = stream, number, lasted
    M[at.N_OUTLASTED] += 1


@compiled
def due_of(M: Ints, R: Floats, delay: int, since: int, number: int) -> int:
    """Return when a delay that began at `since` ends, never before chance rules; it consumes nothing."""
    stream = stream_of(M, delay)
    factor = scale(M, R, delay)
    threshold = threshold_of(M, R, stream, number)
    resumes = resumes_of(M, delay)
    age = max(age_of(M, delay, since, resumes), outlasted(M, stream, number))
    if age > 0 and factor > 0:
        threshold += delay_hazard(M, R, delay, age / factor)
    if threshold == inf:
        return max(since, resumes)
    length = delay_at_hazard(M, R, delay, threshold) * factor
    return max(at_age(M, delay, since, whole_seconds(length)), resumes)


@compiled
def due(M: Ints, R: Floats, delay: int, since: int) -> int:
    """Return when a delay that began at `since` ends, by the next variate of its stream."""
    return due_of(M, R, delay, since, index_of(M, stream_of(M, delay)))


@compiled
def length_of(M: Ints, R: Floats, delay: int) -> int:
    """Return how long a delay takes, whatever is known; its variate is not consumed."""
    stream = stream_of(M, delay)
    threshold = threshold_of(M, R, stream, index_of(M, stream))
    return whole_seconds(delay_at_hazard(M, R, delay, threshold) * scale(M, R, delay))


@compiled
def due_unseen(M: Ints, R: Floats, delay: int, since: int, then: int) -> int:
    """Return when a delay ends that nobody sees end, but only what takes `then` after it; consumes nothing."""
    known = age_of(M, delay, since, resumes_of(M, delay))
    u = peek(M, R, stream_of(M, delay))
    factor = scale(M, R, delay)
    law = M[delay_row(M, delay) + at.DELAY_LAW]
    if known <= 0 or factor <= 0:
        length = quantile(M, R, law, u) * factor
    else:
        next_law, room = M[delay_row(M, then) + at.DELAY_LAW], M[delay_row(M, delay) + at.DELAY_UNSEEN]
        if room < 0 or M[delay_row(M, delay) + at.DELAY_THEN] != then:
            M[at.STATUS] = at.REFER
            return since
        length = unseen_value(M, R, room, law, factor, next_law, scale(M, R, then), known, u) * factor
    return at_age(M, delay, since, whole_seconds(length))


@compiled
def hazard_between(M: Ints, R: Floats, delay: int, began: int, since: int, until: int) -> float:
    """Return how much hazard a delay that began then uses up between two instants, at its usual rate."""
    factor = scale(M, R, delay)
    start = delay_hazard(M, R, delay, age_of(M, delay, began, since) / factor) if factor > 0 else inf
    return delay_hazard(M, R, delay, age_of(M, delay, began, until) / factor) - start if start < inf else inf


@compiled
def break_off(M: Ints, R: Floats, delay: int, since: int, number: int) -> None:
    """Note that a delay begun at `since` is broken off now: its next use will be of the same length."""
    stream = stream_of(M, delay)
    lasted = age_of(M, delay, since, min(M[at.NOW], resumes_of(M, delay)))
    factor = scale(M, R, delay)
    if (
        lasted > outlasted(M, stream, number)
        and factor > 0
        and delay_hazard(M, R, delay, lasted / factor) < inf
    ):
        _outlast(M, stream, number, lasted)


@compiled
def take(M: Ints, delay: int) -> int:
    """Consume a variate of a delay for a use that may run beside others: one that was given back, or the next."""
    stream = stream_of(M, delay)
    lowest, found = at.NEVER, at.NONE
    for place in range(M[at.GIVEN_BACK], M[at.GIVEN_BACK] + 2 * M[at.N_GIVEN_BACK], 2):
        if M[place] == stream and M[place + 1] < lowest:
            lowest, found = M[place + 1], place
    if found >= 0:
        last = M[at.GIVEN_BACK] + 2 * (M[at.N_GIVEN_BACK] - 1)
        M[found], M[found + 1] = M[last], M[last + 1]
        M[at.N_GIVEN_BACK] -= 1
        return lowest
    consume(M, stream)
    return index_of(M, stream) - 1


@compiled
def give_back(M: Ints, R: Floats, delay: int, number: int, since: int) -> None:
    """Note that a use begun at `since` is broken off now: whoever takes the variate has the same length."""
    break_off(M, R, delay, since, number)
    if M[at.N_GIVEN_BACK] >= M[at.MOST_GIVEN_BACK]:
        M[at.STATUS] = at.FULL
        return
    place = M[at.GIVEN_BACK] + 2 * M[at.N_GIVEN_BACK]
    M[place], M[place + 1] = stream_of(M, delay), number
    M[at.N_GIVEN_BACK] += 1


@compiled
def consume_delay(M: Ints, delay: int) -> None:
    """Mark the delay's variate as used: its next use draws the next one."""
    consume(M, stream_of(M, delay))


@compiled
def chance(M: Ints, R: Floats, stream: int, probability: float) -> bool:
    """Consume one variate of a stream of outcomes; return True with the given probability."""
    return draw(M, R, stream) < probability


@compiled
def comes_not(M: Ints, R: Floats, stream: int, probability: float) -> bool:
    """Tell whether a nation's pledge never comes: variate 0 of the stream, the same whenever asked."""
    return probability > 0.0 and variate(M, R, stream, 0) < probability
