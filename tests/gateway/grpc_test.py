"""gRPC through the gateway, by a client that nobody here wrote: Debian's grpcio.
Usage: grpc_test.py ONSALED GATEWAY PROTO_FOLDER GATEWAY_PROTO_FOLDER"""
import base64
import collections
import os
import signal
import subprocess
import sys
import urllib.parse

import grpc

import harness
import shop
from shop import trailers

StatusCode = grpc.StatusCode
KOREAN = (('accept-language', 'ko-KR'),)


class Test:
    def __init__(self, onsaled, gateway, protos):
        self.stage = harness.Stage(onsaled, gateway)
        self.modules = harness.generate(protos, self.stage.folder, *shop.FILES)
        self.status, = harness.generate(protos, self.stage.folder, 'google/rpc/status.proto')
        self.queue, _, _, self.reservation = self.modules[:4]
        self.rpc = self.modules[-1]
        self.admin = shop.Client(self.stage.admin, self.modules)
        self.client = shop.Client(self.stage.public, self.modules)
        shop.open_sale(self.admin)

    def new_user(self, user_id):
        self.admin.call('CreateUser', user_id=user_id)
        return self.client.call('EnterQueue', user_id=user_id, concert_id=1).token

    def details(self, error):
        return self.status.Status.FromString(trailers(error)['grpc-status-details-bin'])


def an_idle_gateway_takes_little_memory(test):
    with open('/proc/%d/status' % test.stage.gateway.pid, encoding='ascii') as status:
        kib = {line.split(':')[0]: int(line.split()[1]) for line in status if line.startswith('Vm')}
    if kib['VmSize'] < 2**30:  # sanitizers map terabytes for themselves
        assert kib['VmRSS'] <= 16 * 1024, kib


def every_method_is_there(test):
    for name in test.admin.methods:
        if name == 'BackUp' or name == 'Check':
            continue
        try:
            test.admin.call(name)
        except grpc.RpcError as error:
            expected = (StatusCode.INVALID_ARGUMENT, StatusCode.UNAUTHENTICATED, StatusCode.NOT_FOUND)
            if name == 'HandOver':
                expected = (StatusCode.UNAVAILABLE,)  # a server alone does not lead others
            assert error.code() in expected, (name, error.code(), error.details())
    assert test.client.call('Check').status == 1


def a_ticket_is_bought(test):
    token = test.new_user(2)
    test.client.call('ChargeBalance', user_id=2, charge_id=b'c' * 16, amount=1000)
    test.client.call('HoldSeats', token=token, reservation_id=b'r' * 16, performance_id=1,
                     seat_indexes=[3, 4])
    paid = test.client.call('PayReservation', user_id=2, reservation_id=b'r' * 16,
                            payment_id=b'p' * 16)
    assert len(paid.payment.tickets) == 2, paid
    assert test.client.call('GetBalance', user_id=2).balance == 800


def a_refusal_has_code_message_and_reason(test):
    error = test.client.refusal('GetBalance', user_id=99)
    assert error.code() == StatusCode.NOT_FOUND
    assert error.details() == 'there is no such user'
    assert trailers(error)['onsale-reason'] == 'USER_NOT_FOUND'


def a_refusal_is_korean_if_the_caller_is(test):
    error = test.client.refusal('GetBalance', user_id=99, metadata=KOREAN)
    assert error.details() == '존재하지 않는 유저입니다.'
    error = test.client.refusal('CreateUser', user_id=99, metadata=KOREAN)
    assert error.details() == '관리자 소켓에서만 사용할 수 있습니다.'


def a_refusal_has_typed_details(test):
    token = test.new_user(3)
    test.client.call('HoldSeats', token=token, reservation_id=b's' * 16, performance_id=1,
                     seat_indexes=[10])
    error = test.client.refusal('HoldSeats', token=test.new_user(4), reservation_id=b't' * 16,
                                performance_id=1, seat_indexes=[10, 11])
    details = test.details(error)
    info, taken = test.status.ErrorInfo(), test.reservation.SeatsTaken()
    assert details.code == StatusCode.FAILED_PRECONDITION.value[0]
    assert details.details[0].Unpack(info) and info.reason == 'SEAT_TAKEN', details
    assert details.details[1].Unpack(taken) and taken.seats[0].seat_index == 10, details
    bad = test.rpc.BadField()
    error = test.client.refusal('HoldSeats', token=token, reservation_id=b'')
    assert test.details(error).details[1].Unpack(bad) and bad.field == 'reservation_id', bad


def methods_of_administration_are_for_their_listener(test):
    error = test.client.refusal('CreateUser', user_id=5)
    assert error.code() == StatusCode.PERMISSION_DENIED
    assert trailers(error)['onsale-reason'] == 'ADMIN_SOCKET_NEEDED'
    assert test.client.refusal('GetBalance', user_id=5).code() == StatusCode.NOT_FOUND


def an_unknown_method_is_unimplemented(test):
    for path in ('/onsale.v1.QueueService/Nothing', '/nothing.at.All/Nothing', '/x'):
        call = test.client.channel.unary_unary(path)
        try:
            call(b'', timeout=20)
            raise AssertionError(path + ' was answered')
        except grpc.RpcError as error:
            assert error.code() == StatusCode.UNIMPLEMENTED, (path, error)


def a_request_that_is_no_message_is_refused_by_the_server(test):
    call = test.client.channel.unary_unary('/onsale.v1.WalletService/GetBalance')
    try:
        call(b'\xff\xff', timeout=20)
        raise AssertionError('it was answered')
    except grpc.RpcError as error:
        assert error.code() == StatusCode.INVALID_ARGUMENT
        assert trailers(error)['onsale-reason'] == 'PAYLOAD_MALFORMED'


def requests_may_be_gzipped(test):
    """Small messages are not: grpcio compresses only what gets smaller."""
    hall = dict(concert=dict(concert_id=9, title='x'), layouts=[dict(layout_id=9, sections=[
        dict(name='S%d' % i, rows=[dict(name='row', first_number=1, seat_count=1)])
        for i in range(500)])])
    error = test.admin.refusal('ImportCatalogue', compression=grpc.Compression.Gzip, **hall)
    assert error.details() == 'performances: must be 1..200', error  # so the server has read it
    error = test.admin.refusal('ImportCatalogue', compression=grpc.Compression.Deflate, **hall)
    assert error.code() == StatusCode.UNIMPLEMENTED, error


def what_unpacks_to_more_than_fits_is_refused(test):
    call = test.client.channel.unary_unary('/onsale.v1.WalletService/GetBalance')
    for size in (300 * 1024, 2 * 1024 * 1024, 20 * 1024 * 1024):
        try:
            call(bytes(size), timeout=20, compression=grpc.Compression.Gzip)
            raise AssertionError('it was answered')
        except grpc.RpcError as error:
            assert error.code() == StatusCode.INVALID_ARGUMENT, error
            assert trailers(error)['onsale-reason'] == 'PAYLOAD_TOO_LARGE', error


def a_request_larger_than_fits_is_refused_and_the_connection_lives(test):
    states = []
    test.client.channel.subscribe(states.append)
    call = test.client.channel.unary_unary('/onsale.v1.WalletService/GetBalance')
    for size in (300, 300 * 1024, 20 * 1024 * 1024):
        try:
            call(b'\x0a' + b'x' * size, timeout=20)
            raise AssertionError('it was answered')
        except grpc.RpcError as error:
            assert error.code() == StatusCode.INVALID_ARGUMENT, (size, error)
            assert trailers(error)['onsale-reason'] == 'PAYLOAD_TOO_LARGE', (size, error)
    assert test.client.call('GetBalance', user_id=1).balance == 0
    test.client.channel.unsubscribe(states.append)
    assert set(states) <= {grpc.ChannelConnectivity.READY}, states


def a_thousand_calls_at_once_are_answered(test):
    futures = [test.client.future('GetBalance', timeout=60, user_id=1) for _ in range(1000)]
    assert all(future.result().balance == 0 for future in futures)


def reads_that_find_their_frame_full_are_made_again(test):
    """A frame has room for 25 of them, and those that wait for a frozen server share the next one."""
    test.stage.server.freeze()
    futures = [test.client.future('GetSeatLayout', timeout=60, performance_id=1)
               for _ in range(300)]
    try:
        test.client.channel.unary_unary('/x')(b'', timeout=20)  # which is read behind them
    except grpc.RpcError as error:
        assert error.code() == StatusCode.UNIMPLEMENTED, error
    test.stage.server.thaw()
    reasons = collections.Counter(
        trailers(future)['onsale-reason'] for future in futures if future.code() != StatusCode.OK)
    assert set(reasons) <= {'OVERLOADED'}, reasons  # it was frozen
    harness.wait_until(lambda: is_served(test), 'that it is not OVERLOADED any more')


def is_served(test):
    """A server that was frozen may have calls that came long ago, and refuses new ones meanwhile."""
    try:
        return all(test.client.call('EnterQueue', user_id=1, concert_id=1).token for _ in range(20))
    except grpc.RpcError as error:
        assert error.code() == StatusCode.RESOURCE_EXHAUSTED, error
        return False


def a_deadline_ends_a_call_that_is_not_answered(test):
    test.stage.server.freeze()
    error = test.client.refusal('GetBalance', timeout=0.2, user_id=1)
    test.stage.server.thaw()
    assert error.code() == StatusCode.DEADLINE_EXCEEDED, error
    harness.wait_until(lambda: is_served(test), 'that it is not OVERLOADED any more')


def a_long_poll_is_answered_before_its_deadline(test):
    token = test.new_user(6)
    entry = test.client.call('WaitQueueEntry', timeout=0.5, token=token, known_status=2,
                             wait_ms=50000).entry
    assert entry.status == test.queue.QUEUE_ENTRY_STATUS_ACTIVE


def long_polls_are_answered_by_what_they_wait_for(test):
    """More than fit into the gateway's channel to the server."""
    token = test.new_user(9)
    polls = [test.client.future('WaitQueueEntry', timeout=60, token=token, known_status=2,
                                wait_ms=50000) for _ in range(600)]
    other = test.client.call('WaitQueueEntry', token=test.new_user(10), known_status=1, wait_ms=50000)
    assert other.entry.status == test.queue.QUEUE_ENTRY_STATUS_ACTIVE
    test.client.call('LeaveQueue', token=token)
    left = test.queue.QUEUE_ENTRY_STATUS_LEFT
    assert all(poll.result().entry.status == left for poll in polls)
    error = test.client.refusal('WaitQueueEntry', token=b'x' * 28, wait_ms=1000)
    assert trailers(error)['onsale-reason'] == 'TOKEN_UNKNOWN'


def thousands_of_expired_deadlines_break_nothing(test):
    client = shop.Client(test.stage.public, test.modules)
    states = []
    client.call('GetBalance', user_id=1)
    client.channel.subscribe(states.append)
    futures = [client.future('GetBalance', timeout=0.002, user_id=1) for _ in range(3000)]
    ends = collections.Counter(future.code() for future in futures)
    assert set(ends) <= {StatusCode.OK, StatusCode.DEADLINE_EXCEEDED}, ends
    assert ends[StatusCode.DEADLINE_EXCEEDED] > 0, ends
    assert client.call('GetBalance', user_id=1).balance == 0
    assert set(states) <= {grpc.ChannelConnectivity.READY}, states
    client.close()


def thousands_of_cancelled_calls_break_nothing(test):
    for _ in range(3000):
        test.client.future('GetBalance', user_id=1).cancel()
    assert test.client.call('GetBalance', user_id=1).balance == 0


DYING = '''
import sys, grpc
channel = grpc.insecure_channel(sys.argv[1])
channel.unary_unary('/onsale.v1.WalletService/GetBalance')(b'\\x08\\x01', timeout=30)
poll = channel.unary_unary('/onsale.v1.QueueService/WaitQueueEntry')
read = channel.unary_unary('/onsale.v1.WalletService/GetBalance')
request = b'\\x0a\\x1c' + bytes.fromhex(sys.argv[2]) + b'\\x10\\x02\\x20\\xd0\\x86\\x03'
futures = [poll.future(request) for _ in range(128)] + [read.future(b'\\x08\\x01') for _ in range(128)]
print('in flight', flush=True)
futures[0].result()
'''


def clients_killed_with_calls_in_flight_break_nothing(test):
    token = test.new_user(7).hex()
    for _ in range(4):
        dying = harness.start([sys.executable, '-c', DYING, test.stage.public, token],
                              stdout=subprocess.PIPE)
        assert dying.stdout.readline() == b'in flight\n'
        dying.send_signal(signal.SIGKILL)
        dying.wait()
        dying.stdout.close()
        assert test.client.call('GetBalance', user_id=1).balance == 0


def ask_by_curl(test, path, message, *headers):
    """A call by a client that leaves its deadline to the gateway. @return What it ends with."""
    request = os.path.join(test.stage.folder, 'request')
    with open(request, 'wb') as file:
        file.write(b'\0' + len(message).to_bytes(4, 'big') + message)
    told = subprocess.run(
        ['curl', '-sS', '--http2-prior-knowledge', '-D', '-', '-o', '/dev/null', '--data-binary',
         '@' + request, '-H', 'content-type: application/grpc', '-H', 'te: trailers',
         '-H', 'grpc-timeout: 300m', *headers, 'http://%s/%s' % (test.stage.public, path)],
        check=True, stdout=subprocess.PIPE, text=True).stdout
    lines = [line.split(': ', 1) for line in told.splitlines() if ': ' in line]
    return {name: urllib.parse.unquote(value) for name, value in lines}


def a_server_that_is_away_or_silent_is_told_of_without_its_socket(test):
    for away, reasons in ((True, ('NOTHING_LISTENS', 'SOCKET_NOT_FOUND', 'SERVER_UNREACHABLE')),
                          (False, ('DEADLINE_EXCEEDED', 'SERVER_UNREACHABLE'))):
        if away:
            test.stage.server.terminate()
            assert test.stage.server.wait() == 0
        else:
            test.stage.start_server()
            test.client.call('GetBalance', timeout=60, user_id=1)
            test.stage.server.freeze()
        for path in ('onsale.v1.WalletService/GetBalance', 'onsale.v1.WalletService/ChargeBalance'):
            for language in ('en', 'ko'):
                told = ask_by_curl(test, path, b'\x08\x01', '-H', 'accept-language: ' + language)
                assert told['onsale-reason'] in reasons, told
                assert told['grpc-message'].isascii() == (language == 'en'), told
                assert 'ipc:' not in str(told) and test.stage.folder not in str(told), told
                details = told['grpc-status-details-bin'] + '=='
                assert b'ipc:' not in base64.b64decode(details), told
    test.stage.server.thaw()
    harness.wait_until(lambda: is_served(test), 'that it is not OVERLOADED any more')


def a_server_that_restarts_is_waited_for(test):
    test.stage.server.terminate()
    assert test.stage.server.wait() == 0
    waiting = test.client.future('GetBalance', timeout=60, user_id=1)
    test.stage.start_server()
    assert waiting.result().balance == 0


def sigterm_loses_nothing(test):
    """A long poll is open: it is told how things are, and goes on at another gateway."""
    leaving, other = test.stage.gateway, harness.Stage.start_gateway
    token = test.new_user(8)
    old = test.client
    poll = old.future('WaitQueueEntry', timeout=60, token=token, known_status=2, wait_ms=50000)
    reads = [old.future('GetBalance', timeout=60, user_id=1) for _ in range(500)]
    other(test.stage)
    leaving.terminate()
    leaving.will_say('takes no more requests')
    test.client = shop.Client(test.stage.public, test.modules)
    assert poll.result().entry.status == test.queue.QUEUE_ENTRY_STATUS_ACTIVE
    poll = test.client.future('WaitQueueEntry', timeout=60, token=token, known_status=2,
                              wait_ms=50000)
    test.client.call('LeaveQueue', token=token)
    assert poll.result().entry.status == test.queue.QUEUE_ENTRY_STATUS_LEFT
    assert all(read.result().balance == 0 for read in reads)
    assert leaving.wait() == 0, leaving.text()
    old.close()


TESTS = [
    an_idle_gateway_takes_little_memory,
    every_method_is_there,
    a_ticket_is_bought,
    a_refusal_has_code_message_and_reason,
    a_refusal_is_korean_if_the_caller_is,
    a_refusal_has_typed_details,
    methods_of_administration_are_for_their_listener,
    an_unknown_method_is_unimplemented,
    a_request_that_is_no_message_is_refused_by_the_server,
    requests_may_be_gzipped,
    what_unpacks_to_more_than_fits_is_refused,
    a_request_larger_than_fits_is_refused_and_the_connection_lives,
    a_thousand_calls_at_once_are_answered,
    reads_that_find_their_frame_full_are_made_again,
    a_deadline_ends_a_call_that_is_not_answered,
    a_long_poll_is_answered_before_its_deadline,
    long_polls_are_answered_by_what_they_wait_for,
    thousands_of_expired_deadlines_break_nothing,
    thousands_of_cancelled_calls_break_nothing,
    clients_killed_with_calls_in_flight_break_nothing,
    a_server_that_is_away_or_silent_is_told_of_without_its_socket,
    a_server_that_restarts_is_waited_for,
    sigterm_loses_nothing,
]


def main(onsaled, gateway, *protos):
    test = Test(onsaled, gateway, protos)
    failed = harness.run(TESTS, test)
    if failed:
        print(test.stage.gateway.text())
    test.stage.close()
    return 1 if failed else 0


if __name__ == '__main__':
    os.environ.setdefault('GRPC_ENABLE_FORK_SUPPORT', '0')
    sys.exit(main(*sys.argv[1:]))
