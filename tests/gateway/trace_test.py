"""Traces of callers in the log lines of gateway and server, and what a supervisor hears.
Usage: trace_test.py ONSALED GATEWAY PROTO_FOLDER GATEWAY_PROTO_FOLDER"""
import base64
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

import harness
import shop
import web

TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
OTHER = '0af7651916cd43dd8448eb211c80319c'
PARENT = '-00f067aa0ba902b7-01'
CHARGE = 'onsale.v1.WalletService/ChargeBalance'
SLOW = (r'slow call method=%s peer=\S+ status=%s code=%s took_ms=\d+'
        r'(?: waited_ms=\d+ executed_ms=\d+ flushed_ms=\d+)? trace_id=%s')


class Test:
    """Programs of its own for each test: the log holds back what comes again and again."""

    def __init__(self, onsaled, gateway, modules):
        slow = ('--slow-call-ms', '1')
        self.stage = harness.Stage(onsaled, gateway, slow, slow)
        self.web = web.Caller(self.stage.admin)
        self.grpc = shop.Client(self.stage.public, modules)
        self.web.post('/v1/admin/users', userId=1)
        self.web.post('/v1/admin/users', userId=2)

    def close(self):
        self.grpc.close()
        self.web.close()
        self.stage.close()

    def charge(self, user=1, **headers):
        return self.web.ask('POST', '/v1/users/%d/balance:charge' % user, {'amount': '1'},
                            headers={'idempotency-key': os.urandom(8).hex(), **headers})

    def until_both_say(self, pattern, act):
        """Does it again until it was slow on both sides: a call of a fraction of a millisecond
        counts as one now and then."""
        def look():
            act()
            return self.stage.server.said(pattern) and self.stage.gateway.said(pattern)
        harness.wait_until(look, pattern)


def a_trace_of_http_is_told_by_both(test):
    assert test.charge()[0] == 200
    test.until_both_say(SLOW % (CHARGE, 'OK', 'OK', TRACE),
                        lambda: test.charge(traceparent='00-' + TRACE + PARENT))


def a_trace_of_grpc_is_told_by_both(test):
    test.until_both_say(
        SLOW % (CHARGE, 'OK', 'OK', OTHER),
        lambda: test.grpc.call('ChargeBalance', user_id=1, amount=1, charge_id=os.urandom(16),
                               metadata=(('traceparent', 'cc-' + OTHER + PARENT + '-later'),
                                         ('tracestate', 'a=b'))))


def a_refusal_is_told_if_it_was_slow(test):
    test.until_both_say(SLOW % (CHARGE, 'USER_NOT_FOUND', 'NOT_FOUND', TRACE),
                        lambda: test.charge(user=99, traceparent='00-' + TRACE + PARENT))


def who_has_no_valid_trace_is_given_one(test):
    invalid = ('00-' + 'c' * 32 + '-0000000000000000-01', 'ff-' + 'c' * 32 + PARENT,
               '00-' + 'C' * 32 + PARENT, '00-' + 'c' * 32 + PARENT + '-', 'c' * 55)
    stage = test.stage
    stage.start_gateway(('--slow-call-ms', '3600000'))  # on, and nothing is that slow
    caller = web.Caller(stage.admin)

    def said():
        for traceparent in invalid:
            status, _, _ = caller.ask('POST', '/v1/users/2/balance:charge', {'amount': '1'}, headers={
                'idempotency-key': os.urandom(8).hex(), 'traceparent': traceparent})
            assert status == 200
        return stage.server.said(SLOW % (CHARGE, 'OK', 'OK', '([0-9a-f]{32})'))
    made = harness.wait_until(said, 'that the server names a trace').group(1)
    caller.close()
    assert made not in ('c' * 32, '0' * 32), made
    assert not re.search('c{32}|C{32}', stage.server.text() + stage.gateway.text())


def who_waits_for_a_server_that_is_away_is_told_of(test):
    stage = test.stage
    stage.server.process.kill()
    stage.server.wait()
    test.grpc.refusal('GetBalance', user_id=1, timeout=0.5,
                      metadata=(('traceparent', '00-' + 'd' * 32 + PARENT),))
    # The caller may give up before the gateway knows that nobody listens, or after.
    stage.gateways[0].will_say('(slow|failed) call method=onsale.v1.WalletService/GetBalance '
                           r'peer=127\.0\.0\.1 status=\S+ code=\S+ took_ms=\d+ trace_id=' + 'd' * 32)


def who_follows_is_told_of_while_the_server_is_away(test):
    stage = test.stage
    web.open_sale(test.web, 3)
    public = web.Caller(stage.public)
    tokens = [web.enter(public, user) for user in (1, 2, 3)]
    page = web.Events(stage.public, 'queue', tokens[1],
                      headers={'traceparent': '00-' + 'e' * 32 + PARENT})
    stream = test.grpc.stream('WatchQueueEntry', token=base64.b64decode(tokens[2]),
                              metadata=(('traceparent', '00-' + 'f' * 32 + PARENT),))
    assert page.next() and next(stream)
    stage.server.process.kill()
    stage.server.wait()
    for digit in 'ef':
        stage.gateways[0].will_say(
            '(slow|failed) call method=onsale.v1.QueueService/GetQueueEntry peer=127\\.0\\.0\\.1 '
            r'status=\S+ code=(UNAVAILABLE|DEADLINE_EXCEEDED) took_ms=\d+ trace_id=' + digit * 32)
    page.close()
    stream.cancel()
    public.close()


def nothing_is_told_of_calls_where_nobody_wants_it(test):
    stage = test.stage
    stage.start_gateway(('--log-format', 'json'))
    caller = web.Caller(stage.admin)
    for _ in range(50):
        status, _, _ = caller.ask('POST', '/v1/users/1/balance:charge', {'amount': '1'},
                                  headers={'idempotency-key': os.urandom(8).hex()})
        assert status == 200
    assert not stage.gateway.said('slow call')
    stage.gateway.terminate()
    assert stage.gateway.wait() == 0
    lines = [line for line in stage.gateway.text().splitlines() if line.startswith('{')]
    assert [json.loads(line)['msg'] for line in lines] == ['stopping: takes no more requests'], lines


class Supervisor:
    """The other end of sd_notify."""

    def __init__(self, folder):
        self.path = os.path.join(folder, 'notify')
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.settimeout(harness.PATIENCE_S)

    def will_hear(self, line):
        """@return All that was said with it."""
        while True:
            said = self.socket.recv(4096).decode().split('\n')
            if line in said:
                return said

    def close(self):
        self.socket.close()


def a_supervisor_hears_how_it_is(test):
    supervisor = Supervisor(test.stage.folder)
    os.environ['NOTIFY_SOCKET'] = supervisor.path
    os.environ['WATCHDOG_USEC'] = '30000000'
    try:
        test.stage.start_gateway()
        supervisor.will_hear('READY=1')
        supervisor.will_hear('WATCHDOG=1')
        asked_usec = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        os.kill(test.stage.gateway.pid, signal.SIGHUP)
        said = dict(line.split('=', 1) for line in supervisor.will_hear('RELOADING=1'))
        assert int(said['MONOTONIC_USEC']) >= asked_usec, 'systemd takes it for an older one'
        supervisor.will_hear('READY=1')
        test.stage.gateway.terminate()
        supervisor.will_hear('STOPPING=1')
        assert test.stage.gateway.wait() == 0
    finally:
        del os.environ['NOTIFY_SOCKET'], os.environ['WATCHDOG_USEC']
        supervisor.close()


def wrong_options_of_the_log_are_named(test):
    for options, problem in ((('--slow-call-ms', 'x'), 'must be a number from 0 to 3600000'),
                             (('--slow-call-ms', '3600001'), 'must be a number from 0 to 3600000'),
                             (('--log-level', 'loud'), 'must be one of error warning info debug'),
                             (('--log-format', 'xml'), 'must be one of text logfmt json')):
        ended = subprocess.run([test.stage.programs[1], *options], capture_output=True, text=True)
        assert ended.returncode == 2, ended
        assert ended.stderr == 'onsale-gateway: %s %s\n' % (options[0], problem), ended.stderr


TESTS = (a_trace_of_http_is_told_by_both, a_trace_of_grpc_is_told_by_both,
         a_refusal_is_told_if_it_was_slow, who_has_no_valid_trace_is_given_one,
         who_waits_for_a_server_that_is_away_is_told_of,
         who_follows_is_told_of_while_the_server_is_away,
         nothing_is_told_of_calls_where_nobody_wants_it, a_supervisor_hears_how_it_is,
         wrong_options_of_the_log_are_named)


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        modules = harness.generate(sys.argv[3:], folder, *shop.FILES,
                                   'onsale/v1/watch.proto')
        for function in TESTS:
            test = Test(sys.argv[1], sys.argv[2], modules)
            try:
                failed += harness.run([function], test)
            finally:
                test.close()
    sys.exit(failed > 0)


main()
