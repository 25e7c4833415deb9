"""The order in which candidate lines are filled, and how money is shared over them; candidates come oldest
first.

The twin of `posting.reference.ordering`.
"""

from posting.kernel import layout as at
from posting.kernel.compiled import compiled
from posting.kernel.layout import Book, Table, number
from posting.vocabulary import Order

_NEWEST_FIRST = number(Order.NEWEST_FIRST)
_HIGHEST_BALANCE_FIRST = number(Order.HIGHEST_BALANCE_FIRST)
_LOWEST_BALANCE_FIRST = number(Order.LOWEST_BALANCE_FIRST)
_PRO_RATA = number(Order.PRO_RATA)
_SAFE = 2**62


@compiled
def put_in_order(book: Book, order: int) -> None:
    """Bring the candidates, which come oldest first, into a disbursement order."""
    candidates, count = book.candidates, book.counts[at.COUNT_CANDIDATES]
    if order == _NEWEST_FIRST:
        for position in range(count):
            # The later the claim stands in the table the newer it is; its lines stay by line number.
            candidates[position, at.CANDIDATE_RANK] = -book.lines[
                candidates[position, at.CANDIDATE_LINE], at.LINE_CLAIM
            ]
    elif order == _HIGHEST_BALANCE_FIRST:
        for position in range(count):
            candidates[position, at.CANDIDATE_RANK] = -candidates[position, at.CANDIDATE_BALANCE]
    elif order == _LOWEST_BALANCE_FIRST:
        for position in range(count):
            candidates[position, at.CANDIDATE_RANK] = candidates[position, at.CANDIDATE_BALANCE]
    else:
        return
    sort_by_rank(candidates, count)


@compiled
def sort_by_rank(candidates: Table, count: int) -> None:
    """Sort candidates by rank, equal ones oldest first: a shell sort, in place and with no two rows equal."""
    gap = 1
    while gap < count // 3:
        gap = 3 * gap + 1
    while gap >= 1:
        for position in range(gap, count):
            place = position
            while place >= gap and _comes_before(candidates, place, place - gap):
                for column in range(at.CANDIDATE_WIDTH):
                    held = candidates[place, column]
                    candidates[place, column] = candidates[place - gap, column]
                    candidates[place - gap, column] = held
                place -= gap
        gap //= 3


@compiled
def _comes_before(candidates: Table, one: int, other: int) -> bool:
    if candidates[one, at.CANDIDATE_RANK] != candidates[other, at.CANDIDATE_RANK]:
        return bool(candidates[one, at.CANDIDATE_RANK] < candidates[other, at.CANDIDATE_RANK])
    return bool(candidates[one, at.CANDIDATE_LINE] < candidates[other, at.CANDIDATE_LINE])


@compiled
def share(book: Book, money: int, order: int) -> None:
    """Write what each candidate gets of the money."""
    candidates, count = book.candidates, book.counts[at.COUNT_CANDIDATES]
    total = book.counts[at.COUNT_OPEN_CENTS]
    if order == _PRO_RATA and money < total:
        _share_pro_rata(candidates, count, money, total)
        return
    for position in range(count):
        given = min(money, candidates[position, at.CANDIDATE_BALANCE])
        candidates[position, at.CANDIDATE_SHARE] = given
        money -= given


@compiled
def _share_pro_rata(candidates: Table, count: int, money: int, total: int) -> None:
    """Floor to the cent, then the left-over cents one each by largest remainder, oldest first among
    equals.
    """
    left = money
    for position in range(count):
        floor, remainder = _share_and_remainder(money, candidates[position, at.CANDIDATE_BALANCE], total)
        candidates[position, at.CANDIDATE_SHARE] = floor
        candidates[position, at.CANDIDATE_RANK] = -remainder
        left -= floor
    # The cents that are left are fewer than the lines with a remainder, so each line gets one at most.
    sort_by_rank(candidates, count)
    for position in range(left):
        candidates[position, at.CANDIDATE_SHARE] += 1
    for position in range(count):
        candidates[position, at.CANDIDATE_RANK] = 0
    sort_by_rank(candidates, count)


@compiled
def _share_and_remainder(money: int, balance: int, total: int) -> tuple[int, int]:
    """`money * balance` divided by `total`, exact even where the product does not fit; `money` < `total`."""
    if money == 0 or balance <= _SAFE // money:
        return money * balance // total, money * balance % total
    quotient, remainder = 0, 0
    for bit in range(62, -1, -1):
        quotient *= 2
        remainder *= 2
        if remainder >= total:
            quotient, remainder = quotient + 1, remainder - total
        if balance >> bit & 1:
            remainder += money
            if remainder >= total:
                quotient, remainder = quotient + 1, remainder - total
    return quotient, remainder
