"""Thousands of pages that follow the queue, or a sale, at once: how soon each is told of each change,
and what that costs the gateway. By itself: crowd.py ONSALED GATEWAY queue|sale PAGES SECONDS"""
import os
import re
import resource
import select
import socket
import sys
import time

import harness
import web

NUMBER = re.compile(rb'"(?:position":|entered":")(\d+)')


class Page:
    """One socket, and what it was told when. It is read as quickly as it can be and understood later: a
    reader of ten thousand that is late would measure itself."""

    def __init__(self, address, token, number, path=b'queue'):
        self.number = number
        self.socket = socket.socket()
        self.socket.connect(address)
        self.socket.sendall(b'GET /v1/events/' + path + b' HTTP/1.1\r\nhost: x\r\n'
                            b'authorization: Bearer ' + token.encode() + b'\r\n\r\n')
        self.socket.setblocking(False)
        self.said = []  # bytes; when

    def read(self):
        said = self.socket.recv(4096)
        assert said, 'page %d was cut off' % self.number
        self.said.append((said, time.time()))

    @property
    def told(self):
        """Position, or entries of the sale; when."""
        return [(int(number), when) for said, when in self.said for number in NUMBER.findall(said)]


class Crowd:
    def __init__(self, address, tokens, path=b'queue'):
        self.poll = select.epoll()
        self.pages = {}
        for number, token in enumerate(tokens):
            page = Page(address, token, number, path)
            self.pages[page.socket.fileno()] = page
            self.poll.register(page.socket, select.EPOLLIN)
            if number % 64 == 0:
                self.read(0)

    def read(self, seconds):
        for fd, _ in self.poll.poll(seconds, len(self.pages)):
            self.pages[fd].read()

    def read_until(self, condition, patience_s=30):
        give_up = time.monotonic() + patience_s
        while not condition():
            assert time.monotonic() < give_up, 'never came true'
            self.read(0.1)

    def all_are_told(self):
        return all(page.told for page in self.pages.values())

    def close(self):
        for page in self.pages.values():
            page.socket.close()


def admissions(caller, after=0):
    """@return When the entries were admitted, in order, in seconds."""
    times = []
    while True:
        _, _, said = caller.ask('GET', '/v1/events?after=%d&max=500' % after)
        if not said['events']:
            return times
        times += [int(event['occurredAtMs']) / 1000 for event in said['events']
                  if event['kind'] == 'EVENT_KIND_QUEUE_ADMITTED']
        after = said['events'][-1]['eventNumber']
        after = int(after)


def ages(page, times):
    """For how long each position was still shown after it was wrong. Entry `number` of those that
    wait, from 0, is at position number + 1 - (admissions since the first)."""
    found = []
    told = page.told
    for (position, _), (_, replaced) in zip(told, told[1:]):
        gone = page.number + 1 - position  # admitted when this position was right
        if gone < len(times):
            found.append(replaced - times[gone])
    return found


class Cost:
    def __init__(self, pid):
        self.pid = pid
        self.ticks, self.at = self.look(), time.monotonic()

    def look(self):
        with open('/proc/%d/stat' % self.pid, encoding='ascii') as stat:
            fields = stat.read().rsplit(')', 1)[1].split()
        return int(fields[11]) + int(fields[12])

    def cores(self):
        seconds = (self.look() - self.ticks) / os.sysconf('SC_CLK_TCK')
        return seconds / (time.monotonic() - self.at)

    def memory_bytes(self):
        with open('/proc/%d/status' % self.pid, encoding='ascii') as status:
            return int(re.search(r'VmRSS:\s+(\d+)', status.read()).group(1)) * 1024


def follow_queue(stage, pages, seconds):
    """One is admitted each second, and everybody else moves up. @return Ages, and the cost."""
    admin, caller = web.Caller(stage.admin), web.Caller(stage.public)
    web.open_sale(admin, pages + 1, active_max=1)
    tokens = [web.enter(caller, user) for user in range(1, pages + 2)]
    crowd = Crowd(web.split(stage.public), tokens[1:])
    crowd.read_until(crowd.all_are_told)
    cost = Cost(stage.gateway.pid)
    web.set_policy(admin, active_max=1000000, per_second=1)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        crowd.read(0.1)
    cores = cost.cores()
    times = admissions(caller)[1:]
    return crowd, [age for page in crowd.pages.values() for age in ages(page, times)], cores


def follow_sale(stage, pages, seconds):
    """One enters each second, and everybody is told the same. @return As above."""
    admin, caller = web.Caller(stage.admin), web.Caller(stage.public)
    web.open_sale(admin, int(seconds) + 2, active_max=1)
    token = web.enter(caller, 1)
    crowd = Crowd(web.split(stage.public), [token] * pages, b'sale/1')
    crowd.read_until(crowd.all_are_told)
    cost = Cost(stage.gateway.pid)
    times = {}
    for number in range(2, int(seconds) + 2):
        times[number] = time.time()
        web.enter(caller, number)
        end = time.monotonic() + 1
        while time.monotonic() < end:
            crowd.read(0.1)
    cores = cost.cores()
    return crowd, [when - times[number] for page in crowd.pages.values()
                   for number, when in page.told if number in times], cores


def main(onsaled, gateway, what, pages, seconds):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    stage = harness.Stage(onsaled, gateway, ['--connections-per-address', str(pages + 16)])
    idle = Cost(stage.gateway.pid).memory_bytes()
    crowd, late, cores = (follow_queue if what == 'queue' else follow_sale)(stage, pages, seconds)
    memory = Cost(stage.gateway.pid).memory_bytes()
    late.sort()
    told = sum(len(page.told) for page in crowd.pages.values())
    print('%d pages, %d events, %.1f %% of a core, %.1f MB (%.1f idle), told of a change after %.0f '
          'ms at the median, %.0f at 99 %%, %.0f at most' % (
              pages, told, cores * 100, memory / 1e6, idle / 1e6, late[len(late) // 2] * 1e3,
              late[len(late) * 99 // 100] * 1e3, late[-1] * 1e3))
    crowd.close()
    stage.close()


if __name__ == '__main__':
    main(*sys.argv[1:4], int(sys.argv[4]), float(sys.argv[5]))
