#!/usr/bin/env python3
"""Whether what callers saw of seats could have happened one after the other.

Usage: linear.py FILE...         - is the standard input
       linear.py --try SEEDS  makes histories that could have happened, and spoils them: the first must pass, the others not

A line of a file is one call on one seat, with blanks between:

    SEAT CALL ID INVOKED RETURNED RESULT [UNTIL]

    hold    ok | taken              UNTIL: when the hold may lapse; without it never
    pay     ok | expired | refused
    cancel  ok | refused
    read    free | held | sold      ID is -

INVOKED, RETURNED and UNTIL are times of one clock, in any unit. A call without an answer has - for RETURNED and RESULT: it
may have had its effect at any time since, or never. Only answers of the leader belong here: a follower's may be older.

Each seat is checked by itself, as Wing and Gong do it, and Lowe keeps it from looking twice: a call may come next if it
was invoked before every call that has not come yet had returned. Exits with 1 if a seat's history could not have happened, and
prints as much of it as could.
"""
import random
import sys
from collections import namedtuple

NEVER = float('inf')
Call = namedtuple('Call', 'name id invoked returned result')
FREE = ('free', None)


def hold(state, used, call):
    """An id that has held the seat before gets its first answer, and nothing else."""
    if ('hold', call.id) in used:
        return (state, used) if call.result != 'taken' else None
    if call.result == 'taken':
        return (state, used) if state != FREE else None
    return (('held', call.id), used | {('hold', call.id)}) if state == FREE else None


def pay(state, used, call):
    if call.result == 'refused':
        return state, used
    if call.result == 'expired':
        return (state, used) if state[1] != call.id else None
    if ('pay', call.id) in used:
        return state, used
    return (('sold', call.id), used | {('pay', call.id)}) if state == ('held', call.id) else None


def cancel(state, used, call):
    if call.result == 'refused':
        return state, used
    if state == ('held', call.id):
        return FREE, used
    return (state, used) if ('hold', call.id) in used and state != ('sold', call.id) else None


def read(state, used, call):
    return (state, used) if call.result in (None, state[0]) else None


def lapse(state, used, call):
    return (FREE, used) if state == ('held', call.id) else None


STEPS = {'hold': hold, 'pay': pay, 'cancel': cancel, 'read': read, 'lapse': lapse}


def find_order(calls):
    """Returns an order in which all calls that were answered could have happened; or None, and the longest that could."""
    calls = sorted(calls, key=lambda call: call.invoked)
    needed = sum(1 << i for i, call in enumerate(calls) if call.returned != NEVER)
    seen = set()
    longest = []
    stack = [(0, FREE, frozenset(), ())]
    while stack:
        done, state, used, order = stack.pop()
        if done & needed == needed:
            return [calls[i] for i in order], None
        if len(order) > len(longest):
            longest = order
        first_return = min((calls[i].returned for i in range(len(calls)) if not done >> i & 1), default=NEVER)
        for i in reversed(range(len(calls))):
            if done >> i & 1 or calls[i].invoked > first_return:
                continue
            after = STEPS[calls[i].name](state, used, calls[i])
            changes_nothing = after == (state, used)
            if after is None or (changes_nothing and calls[i].returned == NEVER):
                continue
            place = (done | 1 << i, after[0], after[1])
            if place not in seen:
                seen.add(place)
                stack.append((*place, order + (i,)))
    return None, [calls[i] for i in longest]


def read_history(lines):
    seats = {}
    for number, line in enumerate(lines, 1):
        words = line.split('#')[0].split()
        if not words:
            continue
        if len(words) not in (6, 7) or words[1] not in STEPS:
            raise ValueError(f'line {number} is not a call: {line.strip()}')
        seat, name, call_id, invoked, returned, result = words[:6]
        is_answered = returned != '-'
        calls = seats.setdefault(seat, [])
        calls.append(Call(name, call_id, float(invoked), float(returned) if is_answered else NEVER,
                          result if is_answered else None))
        if len(words) == 7:
            calls.append(Call('lapse', call_id, float(words[6]), NEVER, None))
    return seats


def check(seats):
    """Returns how many seats have a history that could not have happened, which it prints."""
    wrong = 0
    for seat, calls in sorted(seats.items()):
        order, longest = find_order(calls)
        if order is not None:
            continue
        wrong += 1
        print(f'seat {seat}: {len(calls)} calls can have no order; this much can:')
        for call in longest:
            print(f'  {call.name} {call.id} {call.invoked:g} {call.returned:g} {call.result}')
        left = [call for call in calls if call not in longest and call.returned != NEVER]
        for call in sorted(left, key=lambda call: call.returned)[:3]:
            print(f'  but then not: {call.name} {call.id} {call.invoked:g} {call.returned:g} {call.result}')
    return wrong


def make_history(rng, calls_count=40):
    """Calls of eight callers on a seat, each with its effect at a moment between its call and its answer."""
    state, used = FREE, frozenset()
    moment, calls = 0.0, []
    until = {}
    for _ in range(calls_count):
        moment += rng.random()
        if state[0] == 'held' and moment >= until[state[1]]:
            state = FREE
        name = rng.choice(('hold', 'hold', 'read', 'pay', 'cancel'))
        call_id = str(rng.randrange(8)) if name != 'read' else '-'
        for result in {'hold': ('ok', 'taken'), 'pay': ('ok', 'expired'), 'cancel': ('ok', 'refused'),
                       'read': ('free', 'held', 'sold')}[name]:
            after = STEPS[name](state, used, Call(name, call_id, 0, 0, result))
            if after is not None:
                break
        if name == 'pay' and result == 'ok' and rng.random() < 0.9:
            continue  # else the seat is sold soon, and no more happens
        if name == 'hold' and after[0] != state:
            until[call_id] = moment + rng.random() * 10
            calls.append(Call('lapse', call_id, until[call_id], NEVER, None))
        state, used = after
        is_answered = rng.random() < 0.9
        calls.append(Call(name, call_id, moment - rng.random(), moment + rng.random() if is_answered else NEVER,
                          result if is_answered else None))
    return calls, moment


def spoil(calls, end, how):
    """Something that a caller saw for sure, after all others had returned."""
    last = end + 10
    if how == 'sold twice':
        return calls + [Call('hold', 'a', last, last + 1, 'ok'), Call('pay', 'a', last + 2, last + 3, 'ok'),
                        Call('hold', 'b', last + 4, last + 5, 'ok')]
    if how == 'forgotten':
        return calls + [Call('hold', 'a', last, last + 1, 'ok'), Call('read', '-', last + 2, last + 3, 'free')]
    if how == 'read of before':
        return calls + [Call('hold', 'a', last, last + 1, 'ok'), Call('pay', 'a', last + 2, last + 3, 'ok'),
                        Call('read', '-', last + 4, last + 5, 'held')]
    return calls + [Call('pay', 'never held', last, last + 1, 'ok')]


SAMPLE = """
A1 hold   x 10 20 ok 100   # may lapse from 100 on
A1 read   - 15 18 free     # while it was being held
A1 pay    x 30 -  -        # no answer
A1 read   - 40 50 sold     # so it was paid
A1 hold   y 60 70 taken
A2 hold   x 10 20 ok 100
A2 hold   y 90 {returned} ok
"""


def try_sample():
    """The second hold of A2 had its answer before the first could lapse, or after."""
    missed = 0
    for returned, wrong in ((99, 1), (101, 0)):
        seats = read_history(SAMPLE.format(returned=returned).splitlines())
        found = [seat for seat, calls in seats.items() if find_order(calls)[0] is None]
        missed += found != ['A2'][:wrong]
    try:
        read_history(['A1 hold x 10 20'])
        missed += 1
    except ValueError:
        pass
    return missed


def try_itself(seeds):
    missed = try_sample()
    noticed = {'sold twice': 0, 'forgotten': 0, 'read of before': 0, 'paid unheld': 0}
    for seed in range(seeds):
        calls, end = make_history(random.Random(seed))
        if find_order(calls)[0] is None:
            print(f'seed {seed}: what happened could not have happened')
            missed += 1
        for how in noticed:
            spoilt = spoil(calls, end, how)
            if find_order(spoilt[:-1])[0] is None:
                continue  # the seat was not free
            if find_order(spoilt)[0] is None:
                noticed[how] += 1
            else:
                print(f'seed {seed}: {how}: not noticed')
                missed += 1
    print(f'{seeds} histories could have happened; noticed: {noticed}')
    return missed + list(noticed.values()).count(0)


def main():
    if sys.argv[1] == '--try':
        return try_itself(int(sys.argv[2])) != 0
    wrong = calls = seats_count = 0
    for path in sys.argv[1:]:
        with sys.stdin if path == '-' else open(path, encoding='utf-8') as file:
            seats = read_history(file)
        wrong += check(seats)
        seats_count += len(seats)
        calls += sum(map(len, seats.values()))
    print(f'{seats_count} seats, {calls} calls, {wrong} that are not linearizable')
    return wrong != 0


if __name__ == '__main__':
    sys.exit(main())
