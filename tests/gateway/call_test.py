"""onsale call by way of the gateway: calls, refusals, streams, TLS, and nobody there.
Usage: call_test.py ONSALED GATEWAY ONSALE"""
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile

import certificates
import harness
import web


class Test:
    def __init__(self, onsaled, gateway, onsale):
        self.papers = tempfile.TemporaryDirectory()
        authority = certificates.Authority(self.papers.name, 'authority')
        self.authority = authority.certificate
        certificate, key = authority.sign('server', 'gateway', 'IP:127.0.0.1')
        self.stage = harness.Stage(onsaled, gateway, (
            '--listen', 'https://127.0.0.1:0', '--certificate', certificate, '--private-key', key))
        self.encrypted = self.stage.gateway.said(r'serving on (https://\S+)').group(1)
        self.onsale = onsale
        self.admin = web.Caller(self.stage.admin)
        web.open_sale(self.admin, 3)

    def run(self, *arguments, address=None, **more):
        """@return Exit code, what was printed, what was said of errors."""
        command = [self.onsale, 'call', *arguments,
                   '--gateway', address or 'http://' + self.stage.public]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, **more)
        return done.returncode, done.stdout, done.stderr

    def good(self, *arguments, **more):
        code, printed, said = self.run(*arguments, **more)
        assert code == 0, (arguments, code, said)
        return json.loads(printed)

    def start(self, *arguments):
        return harness.start([self.onsale, 'call', *arguments, '--gateway',
                              'http://' + self.stage.public], stdout=subprocess.PIPE, text=True)

    def close(self):
        self.admin.close()
        self.stage.close()
        self.papers.cleanup()


def calls_are_answered(test):
    entered = test.good('EnterQueue', '{"concertId": 1, "userId": 1}')
    assert entered['entry']['userId'] == '1' and len(entered['token']) == 56, entered
    polled = test.good('GetQueueEntry', '-', input=json.dumps({'token': entered['token']}))
    assert polled['entry']['status'] == 'QUEUE_ENTRY_STATUS_ACTIVE', polled
    assert test.good('ListConcerts', address='http://%s/' % test.stage.public)['concerts']
    assert test.good('CreateUser', '{"userId": 9}', address='http://' + test.stage.admin)['created']


def refusals_have_reason_details_and_exit_code(test):
    code, printed, said = test.run('GetBalance', '{"userId": 77}', '-H', 'accept-language: ko')
    assert code == 3 and printed == '' and 'USER_NOT_FOUND: 존재하지' in said, (code, said)
    code, _, said = test.run('GetStats', '{}')
    assert code == 5 and 'ADMIN_SOCKET_NEEDED' in said, (code, said)
    token = test.good('EnterQueue', '{"concertId": 1, "userId": 1}')['token']
    hold = {'token': token, 'performanceId': 1, 'seatIndexes': [3]}
    first = dict(hold, reservationId='0190163d-8694-739b-aea5-966c26f8ad91')
    test.good('HoldSeats', json.dumps(first))
    second = dict(hold, reservationId='0190163d-8694-739b-aea5-966c26f8ad92')
    code, _, said = test.run('HoldSeats', json.dumps(second), '--json')
    error = json.loads(said)['error']
    assert code == 4 and error['reason'] == 'SEAT_TAKEN', (code, said)
    assert error['details'][0]['@type'] == 'onsale.v1.SeatsTaken', error
    assert error['details'][0]['seats'][0]['section'] == 'A', error
    code, _, said = test.run('HoldSeats', '{"seatIndexe": [1]}')
    assert code == 8 and 'did you mean seat_indexes?' in said, (code, said)


def streams_are_printed_as_they_come(test):
    stream = test.start('WatchEvents', '{}')
    seen = json.loads(stream.stdout.readline())['events']
    assert seen, 'the events that there are'
    before = int(seen[-1]['eventNumber'])
    test.admin.post('/v1/admin/users', userId=10 + before)
    while int(seen[-1]['eventNumber']) <= before:
        seen = json.loads(stream.stdout.readline())['events']
    stream.send_signal(signal.SIGINT)
    stream.wait()
    stream.stdout.close()
    code, printed, said = test.run('WatchSeats', '{"performanceId": 1}')
    assert code == 5 and printed == '' and 'TOKEN_MISSING' in said, (code, said)
    code, printed, said = test.run('WatchEvents', '{}', '--timeout', '500ms')
    assert code == 7 and printed != '' and 'DEADLINE_EXCEEDED' in said, (code, said)


def tls_is_checked(test):
    assert test.good('ListConcerts', '--ca-file', test.authority, address=test.encrypted)
    code, _, said = test.run('ListConcerts', address=test.encrypted)
    assert code == 7 and 'certificate' in said, (code, said)
    code, _, said = test.run('ListConcerts', '--ca-file', test.authority + '.absent',
                             address=test.encrypted)
    assert code == 7, (code, said)


def who_is_no_gateway_is_named(test):
    code, _, said = test.run('ListConcerts', address='ftp://127.0.0.1')
    assert code == 8 and '--gateway must be http://' in said, (code, said)
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        code, _, said = test.run('ListConcerts', address='http://127.0.0.1:%d' % free.getsockname()[1])
    assert code == 7 and 'SERVER_UNREACHABLE: the gateway: ' in said, (code, said)
    with socket.socket() as mute:
        mute.bind(('127.0.0.1', 0))
        mute.listen()
        code, _, said = test.run('ListConcerts', '--timeout', '100ms',
                                 address='http://127.0.0.1:%d' % mute.getsockname()[1])
    assert code == 7 and 'DEADLINE_EXCEEDED' in said, (code, said)


def main():
    for name in [name for name in os.environ if name.startswith('ONSALE_')]:
        del os.environ[name]
    test = Test(*sys.argv[1:])
    try:
        failed = harness.run([calls_are_answered, refusals_have_reason_details_and_exit_code,
                              streams_are_printed_as_they_come, tls_is_checked,
                              who_is_no_gateway_is_named], test)
    finally:
        test.close()
    sys.exit(failed > 0)


main()
