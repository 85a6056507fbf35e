"""The life of a contingent up to readiness, as `sim.model.contingent` has it, and what its decision tells it."""

from __future__ import annotations

from sim.engines import layout as at
from sim.engines.compiled.compiling import Floats, Ints, compiled
from sim.engines.compiled.preparation import begin_pledge, break_off_all, pledged
from sim.engines.compiled.timers import key_of, post, wait_bell, wait_round, wait_until
from sim.engines.compiled.troops import apply, post_move, touch, troops_row
from sim.engines.compiled.world import troops_of, truth

BEGIN, APPEARS, LOOK = range(3)


@compiled
def may_decide(M: Ints, t: int) -> bool:
    """Tell whether rule and consents hold and nobody leaves: neither its contributor nor the mission."""
    return truth(M, M[t + at.GATE]) and M[t + at.CONTRIBUTOR_LEAVES] == 0 and M[at.OVER] == 0


@compiled
def decision_row(M: Ints, t: int) -> int:
    """Return the row of the decision that is taken on a contingent."""
    return M[at.DECISIONS] + M[t + at.DECISION] * at.DECISION_WIDTH


@compiled
def _approves(M: Ints, t: int, d: int) -> bool:
    """Tell whether every step has been answered yes, or is recorded as given for the contingent."""
    for step in range(M[d + at.DECISION_ANSWERED], M[d + at.DECISION_N_APPROVALS]):
        if (M[t + at.GIVEN] >> step) & 1 == 0:
            return False
    return True


@compiled
def _can_go_on(M: Ints, t: int) -> bool:
    d = decision_row(M, t)
    if M[d + at.DECISION_REFUSED] != at.NOT_REFUSED:
        return True
    return _approves(M, t, d) and may_decide(M, t)


@compiled
def go_on(M: Ints, R: Floats, t: int) -> None:
    """Move those deciding on as their nation has decided. Within a round."""
    if _can_go_on(M, t):
        d = decision_row(M, t)
        deciding, refused = M[t + at.DECIDING], M[d + at.DECISION_REFUSED]
        if refused != at.NOT_REFUSED:
            word = at.W_REFUSED
            if refused >= 0:
                word = M[
                    M[d + at.DECISION_APPROVALS] + refused * at.APPROVAL_WIDTH + at.APPROVAL_REFUSED_WORD
                ]
            apply(M, R, t, at.DECIDING, at.REFUSED, deciding, word)
        elif deciding != 0:
            apply(M, R, t, at.DECIDING, at.PREPARING, deciding, at.W_APPROVED)
            begin_pledge(M, R, t, deciding)
    touch(M, t)


@compiled
def fall_back(M: Ints, R: Floats, t: int, cause: int) -> None:
    """Send all who have not embarked back to pledged. Within a round."""
    forget(M, R, t)
    apply(M, R, t, at.DECIDING, at.PLEDGED, M[t + at.DECIDING], cause)
    apply(M, R, t, at.PREPARING, at.PLEDGED, M[t + at.PREPARING], cause)
    apply(M, R, t, at.READY, at.PLEDGED, M[t + at.READY], cause)
    M[t + at.FALLEN_BACK] = M[t + at.PLEDGED]
    touch(M, t)


@compiled
def forget(M: Ints, R: Floats, t: int) -> None:
    """Forget what was given to it and what prepares."""
    M[t + at.GIVEN] = 0
    break_off_all(M, R, t)


@compiled
def pledge_again(M: Ints, R: Floats, t: int, cause: int) -> None:
    """Pledge those who were refused anew. Within a round."""
    if M[t + at.HAS_LEFT] == 0:
        apply(M, R, t, at.REFUSED, at.PLEDGED, M[t + at.REFUSED], cause)
    touch(M, t)


@compiled
def contingent(M: Ints, R: Floats, p: int, expired: bool) -> None:
    """Go on from where it waited."""
    t = troops_row(M, M[p + at.OWNER])
    if M[p + at.PC] == BEGIN:
        M[p + at.PC] = APPEARS
        wait_until(M, p, 0)
        return
    if M[p + at.PC] == APPEARS:
        if M[t + at.APPEARS] >= 0 and not truth(M, M[t + at.APPEARS]):
            wait_bell(M, p, at.NEVER)
            return
        M[p + at.PC] = LOOK
        pledge = troops_of(M, R, M[t + at.NUMBER_TROOPS])
        pledged(M, t, pledge)
        post_move(M, R, t, at.NOWHERE, at.PLEDGED, pledge, at.W_PLEDGE)
        wait_round(M, p)
        return
    if M[t + at.PLEDGED] > 0 and may_decide(M, t):
        post_move(M, R, t, at.PLEDGED, at.DECIDING, M[t + at.PLEDGED], at.W_HOLD)
        wait_round(M, p)
    elif M[t + at.DECIDING] > 0 and _can_go_on(M, t):
        key = key_of(at.K_TROOPS, M[t + at.RANK], at.T_DECIDING)
        post(M, key, at.NOWHERE, 0, at.DO_GO_ON, t, 0, 0, 0, 0.0, R)
        wait_round(M, p)
    else:
        wait_bell(M, p, at.NEVER)
