#!/usr/bin/env python3
"""Payments over shards: concerts on some, wallets on others, each with a log of its own.

Usage: shards.py SEEDS [FIRST_SEED]

docs/SCALING.md describes the protocol; nothing of it is built. This plays it at seeds, with messages that are lost,
doubled and late, and shards that crash behind any entry of their log and come back with that log alone. It fails if
money is made or lost, a seat is paid twice or not at all, or anything is never settled; and if one of the mistakes
that it knows how to make (BUGS) is not noticed at any of the seeds.
"""
import heapq
import random
import sys

USERS, CONCERTS, WALLETS, SEATS, PAYMENTS = 12, 3, 2, 6, 120
OPENING_BALANCE, PRICES = 100, (20, 30, 45)
HOLD_MS, ASK_AGAIN_MS, DOUBT_MS = 60, 20, 100
TROUBLE_ENDS_MS, EVENTS_MAX = 3000, 100_000

BUGS = {
    'wallet gives up': 'a wallet voids what it reserved when it has heard nothing for a while',
    'reserved twice': 'a wallet takes the money again when it is asked again after it has been settled',
    'hold lapses': 'a seat that is being paid is free again when its hold is over',
    'asked before it is logged': 'a concert asks the wallet, and logs its intent after the answer',
    'told before it is logged': 'a concert tells the wallet of its decision before that is in the log',
    'late and forgotten': 'a wallet neither remembers the void of what it has not reserved yet, nor asks later',
}


class Violation(Exception):
    """What must never be."""


class Crash(Exception):
    """The shard that was executing is gone."""


class World:
    """The clock, the network, and all that happens at a seed."""

    def __init__(self, seed, bug):
        self.random, self.bug = random.Random(seed), bug
        self.now, self.queue, self.events, self.crashes = 0, [], 0, 0
        self.concerts = [Concert(self, i) for i in range(CONCERTS)]
        self.wallets = [Wallet(self, i) for i in range(WALLETS)]
        self.prices = {payment: self.random.choice(PRICES) for payment in range(PAYMENTS)}

    def after(self, delay, act, *arguments):
        self.events += 1
        heapq.heappush(self.queue, (self.now + delay, self.events, act, arguments))

    def send(self, shard, method, *arguments):
        """Once, twice or never; sometimes after everybody has forgotten it."""
        if self.random.random() < 0.15:
            return
        for _ in range(2 if self.random.random() < 0.1 else 1):
            self.after(self.random.choice((1, 3, 10, 200)), shard.receive, method, *arguments)

    def wallet_of(self, user):
        return self.wallets[user % WALLETS]

    def run(self):
        for payment in range(PAYMENTS):
            concert = self.random.choice(self.concerts)
            self.after(self.random.randint(0, 1500), concert.receive, 'hold', payment,
                       self.random.randrange(SEATS), self.random.randrange(USERS))
        for _ in range(15):
            shard = self.random.choice(self.concerts + self.wallets)
            self.after(self.random.randint(0, TROUBLE_ENDS_MS), shard.crash)
        while self.queue:
            self.now, _, act, arguments = heapq.heappop(self.queue)
            act(*arguments)
            check_money(self)
            if self.events > EVENTS_MAX:
                raise Violation('something is never settled')
        check_end(self)


class Shard:
    """A state that is what its log says, and nothing else: it is made anew from the log after a crash."""

    def __init__(self, world, number):
        self.world, self.number = world, number
        self.log, self.state = [], self.empty()
        self.is_up, self.lives = True, 0

    def receive(self, method, *arguments):
        if not self.is_up:
            return
        try:
            getattr(self, method)(*arguments)
        except Crash:
            self.crash()

    def later(self, delay, method, *arguments):
        """A timer, which does not outlive a crash."""
        life = self.lives
        self.world.after(delay, lambda: self.receive(method, *arguments) if self.lives == life else None)

    def append(self, kind, *fields):
        """Acknowledged when it returns. Now and then that is the last thing that happens."""
        self.log.append((kind, fields))
        self.apply(self.state, kind, fields)
        self.crash_now_and_then()

    def crash_now_and_then(self, probability=0.01):
        if self.world.now < TROUBLE_ENDS_MS and self.world.random.random() < probability:
            raise Crash()

    def crash(self):
        if not self.is_up:
            return
        self.is_up, self.lives = False, self.lives + 1
        self.world.crashes += 1
        self.world.after(self.world.random.choice((5, 50, 300)), self.come_back)

    def come_back(self):
        before, self.state = self.state, self.empty()
        for kind, fields in self.log:
            self.apply(self.state, kind, fields)
        if self.state != before:
            raise Violation('a log does not tell all of a state')
        self.is_up = True
        self.resume()


class Concert(Shard):
    """Seats, and who pays for them. Its log says whether a payment is: SOLD is the commit point."""

    def empty(self):
        return {'seats': {}, 'payments': {}, 'unsettled': {}, 'revenue': 0}

    def apply(self, state, kind, fields):
        payment = fields[0]
        if kind == 'HELD':
            _, seat, user, until = fields
            state['seats'][seat] = ('HELD', payment, until)
            state['payments'][payment] = {'is': 'HELD', 'seat': seat, 'user': user}
            return
        known = state['payments'][payment]
        known['is'] = kind if kind != 'SETTLED' else known['is']
        if kind == 'PAYING':
            state['seats'][known['seat']] = ('PAYING', payment, state['seats'][known['seat']][2])
        elif kind == 'SOLD':
            state['seats'][known['seat']] = ('SOLD', payment, None)
            state['revenue'] += self.world.prices[payment]
        elif kind == 'ABORTED' and state['seats'].get(known['seat'], (None, None))[1] == payment:
            del state['seats'][known['seat']]
        if kind in ('SOLD', 'ABORTED'):
            state['unsettled'][payment] = kind
        elif kind == 'SETTLED':
            state['unsettled'].pop(payment, None)

    def resume(self):
        for payment, known in list(self.state['payments'].items()):
            if known['is'] == 'PAYING':
                self.receive('ask', payment)
        for payment in list(self.state['unsettled']):
            self.receive('settle', payment)

    def is_free(self, seat):
        state, _, until = self.state['seats'].get(seat, ('FREE', None, None))
        lapses = state == 'HELD' or (state == 'PAYING' and self.world.bug == 'hold lapses')
        return state == 'FREE' or (lapses and until <= self.world.now)

    def hold(self, payment, seat, user):
        if payment in self.state['payments'] or not self.is_free(seat):
            return
        self.append('HELD', payment, seat, user, self.world.now + HOLD_MS)
        self.world.after(self.world.random.randint(1, HOLD_MS + 10), self.receive, 'pay', payment)

    def pay(self, payment):
        known = self.state['payments'].get(payment)
        if known is None or known['is'] != 'HELD':
            return
        seat = self.state['seats'].get(known['seat'])
        if seat is None or seat[1] != payment or seat[2] <= self.world.now:
            return  # too late: nothing was taken
        if self.world.bug == 'asked before it is logged':
            self.tell_wallet(payment, 'reserve', self.world.prices[payment], self.number)
            self.crash_now_and_then(0.05)
        self.append('PAYING', payment)
        self.ask(payment)

    def tell_wallet(self, payment, method, *arguments):
        user = self.state['payments'][payment]['user']
        self.world.send(self.world.wallet_of(user), method, payment, user, *arguments)

    def ask(self, payment):
        """Again and again until it is decided, also after a crash."""
        if self.state['payments'][payment]['is'] != 'PAYING':
            return
        self.tell_wallet(payment, 'reserve', self.world.prices[payment], self.number)
        self.later(ASK_AGAIN_MS, 'ask', payment)
        if self.world.random.random() < 0.02:
            self.decide(payment, False)  # it may give up at any time

    def answered(self, payment, has_money):
        if self.state['payments'][payment]['is'] == 'PAYING':
            self.decide(payment, has_money)

    def decide(self, payment, is_sold):
        known = self.state['payments'][payment]
        if is_sold and self.state['seats'].get(known['seat'], (None, None))[1] != payment:
            raise Violation('a seat went to another while it was being paid')
        if self.world.bug == 'told before it is logged':
            self.tell_wallet(payment, 'end', is_sold, self.number)
            self.crash_now_and_then(0.05)
        self.append('SOLD' if is_sold else 'ABORTED', payment)
        self.settle(payment)

    def settle(self, payment):
        """Again and again until the wallet has acknowledged it."""
        if payment not in self.state['unsettled']:
            return
        is_sold = self.state['unsettled'][payment] == 'SOLD'
        self.tell_wallet(payment, 'end', is_sold, self.number)
        self.later(ASK_AGAIN_MS, 'settle', payment)

    def settled(self, payment):
        if payment in self.state['unsettled']:
            self.append('SETTLED', payment)

    def doubted(self, payment, user):
        """A wallet asks what became of a payment that it has reserved money for."""
        known = self.state['payments'].get(payment)
        if known is None or known['is'] == 'HELD':
            raise Violation('a wallet has money of a payment that was never begun')
        if known['is'] in ('SOLD', 'ABORTED'):
            self.tell_wallet(payment, 'end', known['is'] == 'SOLD', self.number)


class Wallet(Shard):
    """Balances, money that is reserved, and how each payment ended. It never gives up by itself: it asks."""

    def empty(self):
        mine = range(self.number, USERS, WALLETS)
        return {'balances': {user: OPENING_BALANCE for user in mine}, 'reserved': {}, 'ended': {}, 'posted': 0}

    def apply(self, state, kind, fields):
        payment = fields[0]
        if kind == 'RESERVED':
            _, user, amount, concert = fields
            state['balances'][user] -= amount
            state['reserved'][payment] = (user, amount, concert)
            return
        state['ended'][payment] = kind
        user, amount, _ = state['reserved'].pop(payment, (None, 0, None))
        if kind == 'POSTED':
            state['posted'] += amount
        elif user is not None:
            state['balances'][user] += amount

    def resume(self):
        for payment in list(self.state['reserved']):
            self.later(DOUBT_MS, 'doubt', payment)

    def reserve(self, payment, user, amount, concert):
        state = self.state
        if payment in state['reserved']:
            self.answer(concert, payment, True)
        elif payment in state['ended'] and self.world.bug != 'reserved twice':
            self.answer(concert, payment, state['ended'][payment] == 'POSTED')
        elif state['balances'][user] < amount:
            self.append('REFUSED', payment)
            self.answer(concert, payment, False)
        else:
            self.append('RESERVED', payment, user, amount, concert)
            self.later(DOUBT_MS, 'doubt', payment)
            self.answer(concert, payment, True)

    def answer(self, concert, payment, has_money):
        self.world.send(self.world.concerts[concert], 'answered', payment, has_money)

    def doubt(self, payment):
        if payment not in self.state['reserved']:
            return
        user, _, concert = self.state['reserved'][payment]
        if self.world.bug == 'wallet gives up':
            self.append('VOIDED', payment)
        if self.world.bug in ('wallet gives up', 'late and forgotten'):
            return
        self.world.send(self.world.concerts[concert], 'doubted', payment, user)
        self.later(DOUBT_MS, 'doubt', payment)

    def end(self, payment, user, is_sold, concert):
        """An end that comes before its reserve is remembered: the reserve is refused then."""
        forgets = self.world.bug == 'late and forgotten' and payment not in self.state['reserved']
        if payment not in self.state['ended'] and not forgets:
            self.append('POSTED' if is_sold else 'VOIDED', payment)
        elif payment in self.state['reserved']:
            self.append('POSTED' if is_sold else 'VOIDED', payment)
        self.world.send(self.world.concerts[concert], 'settled', payment)


def check_money(world):
    total = 0
    for wallet in world.wallets:
        state = wallet.state
        if min(state['balances'].values()) < 0:
            raise Violation('a balance is negative')
        total += sum(state['balances'].values()) + sum(amount for _, amount, _ in state['reserved'].values())
        total += state['posted']
    if total != USERS * OPENING_BALANCE:
        raise Violation('money was made or lost')


def check_end(world):
    sold = [payment for concert in world.concerts for payment, known in concert.state['payments'].items()
            if known['is'] == 'SOLD']
    paid = [payment for wallet in world.wallets for payment, kind in wallet.state['ended'].items()
            if kind == 'POSTED']
    if any(wallet.state['reserved'] for wallet in world.wallets):
        raise Violation('money is reserved for ever')
    if any(concert.state['unsettled'] for concert in world.concerts):
        raise Violation('a payment is unsettled for ever')
    if sorted(sold) != sorted(paid):
        raise Violation('a seat without money, or money without a seat')
    revenue = sum(concert.state['revenue'] for concert in world.concerts)
    if revenue != sum(wallet.state['posted'] for wallet in world.wallets):
        raise Violation('the concerts have other money than the wallets gave')
    on_seats = [seat[1] for concert in world.concerts for seat in concert.state['seats'].values()
                if seat[0] == 'SOLD']
    if sorted(on_seats) != sorted(sold):
        raise Violation('a seat was sold twice')


def play(seeds, bug):
    """Returns how many seats were sold, how many payments aborted, crashes, and violations by their text."""
    sold = aborted = crashes = 0
    violations = {}
    for seed in seeds:
        world = World(seed, bug)
        try:
            world.run()
        except Violation as violation:
            violations.setdefault(str(violation), []).append(seed)
        kinds = [known['is'] for concert in world.concerts for known in concert.state['payments'].values()]
        sold, aborted = sold + kinds.count('SOLD'), aborted + kinds.count('ABORTED')
        crashes += world.crashes
    return sold, aborted, crashes, violations


def main():
    count, first = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    seeds = range(first, first + count)
    sold, aborted, crashes, violations = play(seeds, None)
    print(f'as designed: {count} seeds, {sold} seats sold, {aborted} payments aborted, {crashes} crashes, '
          f'{sum(map(len, violations.values()))} violations')
    for text, at in violations.items():
        print(f'  {text}: seeds {at[:5]}')
    failed = bool(violations)
    for bug, text in BUGS.items():
        found = play(seeds, bug)[3]
        times = sum(map(len, found.values()))
        print(f'{bug}: {times} violations; {text}')
        failed = failed or times == 0
    if sold == 0 or aborted == 0 or crashes == 0:
        print('nothing happened that could have gone wrong')
        failed = True
    return failed


if __name__ == '__main__':
    sys.exit(main())
