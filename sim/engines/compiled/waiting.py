"""What every pledged soldier waits for, as `sim.model.waiting` books it; the statements: at the end of an instant."""

from __future__ import annotations

from sim.engines import layout as at
from sim.engines.compiled.compiling import Floats, Ints, compiled
from sim.engines.compiled.contingent import decision_row
from sim.engines.compiled.theatre import lacks
from sim.engines.compiled.training import permitted
from sim.engines.compiled.troops import note_touched, troops_row
from sim.engines.compiled.world import truth


@compiled
def book(M: Ints, R: Floats) -> None:
    """Book all whose troops, rule or place in the queue may have changed in this instant."""
    for place in range(M[at.N_CHANGED]):
        row = M[at.NODES] + M[M[at.CHANGED_LIST] + place] * at.NODE_WIDTH
        first = M[row + at.NODE_INTERESTED]
        for interested in range(first, first + M[row + at.NODE_N_INTERESTED]):
            note_touched(M, M[interested])
    if M[at.ROOM_CHANGED] != 0:
        M[at.ROOM_CHANGED] = 0
        _touch_ready(M)
        for number in range(M[at.N_CONTINGENTS], M[at.N_TROOPS]):
            if M[troops_row(M, number) + at.READY] > 0:
                note_touched(M, troops_row(M, number))
    if M[at.SLOTS_CHANGED] != 0 or M[at.NOW] <= M[at.AS_OF]:
        M[at.SLOTS_CHANGED] = 0
        _touch_ready(M)
    for place in range(M[at.N_TOUCHED]):
        t = M[M[at.TOUCHED_LIST] + place]
        M[t + at.TOUCHED] = 0
        _log_changes(M, R, t)
    M[at.N_TOUCHED] = 0


@compiled
def _touch_ready(M: Ints) -> None:
    for place in range(M[at.N_ASKING]):
        if M[M[M[at.ASKING] + place] + at.READY] > 0:
            note_touched(M, M[M[at.ASKING] + place])


@compiled
def _add(M: Ints, many: int, word: int, amount: int) -> int:
    """Book so many to a cause in the list that is being made; return how long it is then."""
    if amount == 0:
        return many
    for place in range(many):
        if M[M[at.SCRATCH_2] + 2 * place] == word:
            M[M[at.SCRATCH_2] + 2 * place + 1] += amount
            return many
    if many >= at.MOST_BOOKED:
        M[at.STATUS] = at.REFER
        return many
    M[M[at.SCRATCH_2] + 2 * many] = word
    M[M[at.SCRATCH_2] + 2 * many + 1] = amount
    return many + 1


@compiled
def _log_changes(M: Ints, R: Floats, t: int) -> None:
    if t < troops_row(M, M[at.N_CONTINGENTS]):
        many = _book_contingent(M, t)
    else:
        many = _book_training(M, t)
    now, before = M[at.SCRATCH_2], M[at.BOOKED] + 2 * at.MOST_BOOKED * ((t - M[at.TROOPS]) // at.TROOPS_WIDTH)
    booked = M[t + at.N_BOOKED]
    for place in range(booked):
        word, amount = M[before + 2 * place], 0
        for other in range(many):
            if M[now + 2 * other] == word:
                amount = M[now + 2 * other + 1]
        if amount != M[before + 2 * place + 1]:
            _log_wait(M, t, word, amount)
    for place in range(many):
        word, known = M[now + 2 * place], False
        for other in range(booked):
            if M[before + 2 * other] == word:
                known = True
        if not known:
            _log_wait(M, t, word, M[now + 2 * place + 1])
    for place in range(2 * many):
        M[before + place] = M[now + place]
    M[t + at.N_BOOKED] = many


@compiled
def _log_wait(M: Ints, t: int, word: int, amount: int) -> None:
    number = M[at.N_WAITS]
    if number >= M[at.MOST_WAITS]:
        M[at.STATUS] = at.FULL
        return
    row = M[at.WAITS_ROWS] + number * at.WAIT_WIDTH
    M[row], M[row + 1] = M[at.NOW], M[at.STEP]
    M[row + 2], M[row + 3], M[row + 4], M[row + 5] = M[t + at.CONTRIBUTOR], M[t + at.CONTINGENT], word, amount
    M[at.N_WAITS] = number + 1


@compiled
def _book_contingent(M: Ints, t: int) -> int:
    many = 0
    if M[t + at.PLEDGED] != 0:
        many = _share(M, t, many, M[t + at.PLEDGED], M[at.WORD_PREPARATION])
    if M[t + at.DECIDING] != 0:
        d = decision_row(M, t)
        row = M[d + at.DECISION_APPROVALS] + M[d + at.DECISION_ANSWERED] * at.APPROVAL_WIDTH
        many = _share(M, t, many, M[t + at.DECIDING], M[row + at.APPROVAL_WAITS_WORD])
    if M[t + at.PREPARING] != 0:
        many = _add(M, many, M[at.WORD_GAP], M[t + at.IN_GAP])
        many = _add(M, many, M[at.WORD_PREPARATION], M[t + at.PREPARING] - M[t + at.IN_GAP])
    if M[t + at.READY] != 0:
        if not truth(M, M[t + at.SECTOR_OPEN]):
            word = M[t + at.SECTOR_WORD]
        else:
            word = lacks(M, t, M[t + at.READY])
        many = _share(M, t, many, M[t + at.READY], word)
    if M[t + at.MOVING] != 0:
        many = _add(M, many, M[at.WORD_MOVING], M[t + at.MOVING] - M[t + at.QUEUED])
        many = _add(M, many, M[at.WORD_RECEPTION], M[t + at.QUEUED])
    many = _add(M, many, M[at.WORD_WITHDRAWN], M[t + at.WITHDRAWING])
    many = _add(M, many, M[at.WORD_WITHDRAWN], M[t + at.GONE])
    many = _add(M, many, M[at.WORD_REFUSED], M[t + at.REFUSED])
    return _add(M, many, M[at.WORD_UNDELIVERED], M[t + at.UNDELIVERED])


@compiled
def _share(M: Ints, t: int, many: int, amount: int, otherwise: int) -> int:
    """Share troops of a contingent out over what hinders them; `otherwise`: if nothing does."""
    if M[at.OVER] != 0:
        return _add(M, many, M[at.WORD_MISSION_OVER], amount)
    if not truth(M, M[t + at.PERMITTED]):
        return _share_out(M, t, many, amount)
    if truth(M, M[t + at.WITHDRAWS]) or M[t + at.CONTRIBUTOR_LEAVES] != 0:
        return _add(M, many, M[at.WORD_WITHDRAWN], amount)
    return _add(M, many, otherwise, amount)


@compiled
def _share_out(M: Ints, t: int, many: int, amount: int) -> int:
    """Share troops out over the false atoms of their rule, the remainder by name."""
    causes = _causes(M, t)
    if causes == 0:
        return many
    length = M[causes]
    each, over = amount // length, amount % length
    for place in range(length):
        many = _add(M, many, M[causes + 1 + place], each + (1 if place < over else 0))
    return many


@compiled
def _causes(M: Ints, t: int) -> int:
    """Return where the causes stand for which the rule of some troops is false now; 0 if nobody knows yet.

    They are tabulated by whose they are and by the truths of the atoms; what is missing is noted.
    """
    truths, factor = 0, 1
    for place in range(M[t + at.N_ATOMS]):
        if truth(M, M[M[t + at.ATOMS] + place]):
            truths |= 1 << place
    readings = 0
    for place in range(M[t + at.N_READINGS]):
        readings += factor * M[M[at.NUMBERS] + M[M[t + at.READINGS] + place]]
        factor *= 64
    whose = (t - M[at.TROOPS]) // at.TROOPS_WIDTH
    key = (readings << 12) + whose + 1
    row = cause_row(M, key, truths)
    if M[row + at.CAUSE_KEY] != 0:
        return M[row + at.CAUSE_OFFSET]
    if M[at.N_MISSES] < M[at.MOST_MISSES]:
        row = M[at.MISSES] + M[at.N_MISSES] * at.MISS_WIDTH
        M[row], M[row + 1], M[row + 2] = whose, truths, readings
        M[at.N_MISSES] += 1
    return 0


@compiled
def cause_row(M: Ints, key: int, truths: int) -> int:
    """Return the row of the table of causes that holds a key, or the free one where it belongs."""
    size = M[at.CAUSES_SIZE]
    slot = ((truths * 1_000_003) ^ (key * 8_191)) % size
    row = M[at.CAUSES] + slot * at.CAUSE_WIDTH
    while M[row + at.CAUSE_KEY] != 0 and (M[row + at.CAUSE_KEY] != key or M[row + at.CAUSE_KEY_2] != truths):
        slot = (slot + 1) % size
        row = M[at.CAUSES] + slot * at.CAUSE_WIDTH
    return row


@compiled
def _book_training(M: Ints, t: int) -> int:
    many = 0
    if M[t + at.PLEDGED] != 0:
        if M[at.OVER] != 0:
            many = _add(M, many, M[at.WORD_MISSION_OVER], M[t + at.PLEDGED])
        elif permitted(M, t):
            many = _add(M, many, M[at.WORD_TRAINERS], M[t + at.PLEDGED])
        else:
            many = _share_out(M, t, many, M[t + at.PLEDGED])
    many = _add(M, many, M[at.WORD_TRAINING], M[t + at.PREPARING])
    closed = not truth(M, M[t + at.SECTOR_OPEN])
    many = _add(M, many, M[t + at.SECTOR_WORD] if closed else M[at.WORD_AUTHORISED], M[t + at.READY])
    return _add(M, many, M[at.WORD_UNDELIVERED], M[t + at.UNDELIVERED])


@compiled
def read_statements(M: Ints, R: Floats) -> None:
    """Log the statements that are violated now and were not when the last instant closed."""
    if M[at.NOW] < 0 or M[at.N_STATEMENTS] == 0:
        return
    if M[at.STATEMENTS_BEGUN] != 0 and M[at.N_CHANGED] == 0:
        return
    M[at.STATEMENTS_BEGUN] = 1
    for place in range(M[at.N_STATEMENTS]):
        row = M[at.STATEMENTS] + place * at.STATEMENT_WIDTH
        violated = 1 if truth(M, M[row + at.STATEMENT_NODE]) else 0
        if violated == 1 and M[row + at.STATEMENT_VIOLATED] == 0:
            if M[at.N_VIOLATIONS] >= M[at.MOST_VIOLATIONS]:
                M[at.STATUS] = at.FULL
                return
            log = M[at.VIOLATIONS] + M[at.N_VIOLATIONS] * at.VIOLATION_WIDTH
            M[log], M[log + 1], M[log + 2] = M[at.NOW], M[at.STEP], place
            M[at.N_VIOLATIONS] += 1
            if M[row + at.STATEMENT_TOLD] == 0:
                M[row + at.STATEMENT_TOLD] = 1
                for read in range(M[row + at.STATEMENT_N_READS]):
                    signal = M[M[row + at.STATEMENT_READS] + read]
                    R[M[row + at.STATEMENT_FLOATS] + read] = R[M[at.VALUES] + signal]
        M[row + at.STATEMENT_VIOLATED] = violated
