"""The order in which lines are filled, and how money is shared over them.

Belongs here: order keys and the pro-rata share. Does not belong here: which lines are candidates.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from posting.reference.account import Line
from posting.vocabulary import Order


def oldest_first_key(line: Line) -> tuple[date, str, int]:
    """Date of service, claim id, line number."""
    return line.claim.service_on, line.claim.claim_id, line.number


def in_order(lines: list[Line], order: Order, on: date) -> list[Line]:
    """The lines in a disbursement order, with their balances of a date. Pro rata lists them oldest first."""
    oldest_first = sorted(lines, key=oldest_first_key)
    if order is Order.NEWEST_FIRST:
        # Two stable sorts: the claims are taken newest first, the lines of a claim by line number all the
        # same.
        by_number = sorted(oldest_first, key=lambda line: line.number)
        return sorted(by_number, key=lambda line: oldest_first_key(line)[:2], reverse=True)
    if order is Order.HIGHEST_BALANCE_FIRST:
        return sorted(oldest_first, key=lambda line: -line.balance(on))
    if order is Order.LOWEST_BALANCE_FIRST:
        return sorted(oldest_first, key=lambda line: line.balance(on))
    return oldest_first


def in_full(money: int, balances: list[int]) -> list[int]:
    """What each line gets if the lines are filled one after the other."""
    shares = []
    for balance in balances:
        shares.append(min(money, balance))
        money -= shares[-1]
    return shares


def pro_rata(money: int, balances: list[int]) -> list[int]:
    """What each line gets in proportion to its balance, floored to the cent.

    Left-over cents go one each by the largest remainder, then by the order in which the balances are given.
    """
    total = sum(balances)
    if money >= total:
        return balances
    shares = [money * balance // total for balance in balances]
    remainders = [money * balance % total for balance in balances]
    by_remainder = sorted(range(len(balances)), key=lambda position: -remainders[position])
    for position in by_remainder[: money - sum(shares)]:
        shares[position] += 1
    return shares


def sharing(order: Order) -> Callable[[int, list[int]], list[int]]:
    """How money is shared over lines that are already in order."""
    return pro_rata if order is Order.PRO_RATA else in_full


def order_key(line: Line, order: Order, balance: int) -> str:
    """The key that put the line in its place, as text: the order, then what it compared."""
    key = f"{line.claim.service_on}|{line.claim.claim_id}|{line.number}"
    if order in (Order.HIGHEST_BALANCE_FIRST, Order.LOWEST_BALANCE_FIRST, Order.PRO_RATA):
        sign = "-" if balance < 0 else ""
        key = f"{sign}{abs(balance) // 100}.{abs(balance) % 100:02d}|{key}"
    return f"{order.label}|{key}"
