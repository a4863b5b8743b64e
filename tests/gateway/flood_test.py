"""Hostile clients, spoken by hand: requests that two readers could take for different ones, floods of
headers and of frames of HTTP/2, and a thousand clients that are killed. Nobody else notices."""
import os
import signal
import socket
import struct
import sys

import harness
import web

PREFACE = b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'
HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = 1, 3, 4, 6, 7, 8, 9
ACK, END_STREAM, END_HEADERS = 1, 1, 4
ANGRY = 1, 11  # PROTOCOL_ERROR, ENHANCE_YOUR_CALM; lost if the end comes while more is sent
FLOOD = 60000
KILLED = 1000


def frame(kind, flags, stream, payload=b''):
    return (len(payload).to_bytes(3, 'big') + bytes([kind, flags]) + stream.to_bytes(4, 'big') +
            payload)


def literal(name, value):
    return b'\x00' + bytes([len(name)]) + name + bytes([len(value)]) + value


def head(path=b'/v1/concerts', *more):
    return b''.join(literal(name, value) for name, value in (
        (b':method', b'GET'), (b':scheme', b'http'), (b':authority', b'x'), (b':path', path), *more))


class Peer:
    """A connection on which anything may be said."""

    def __init__(self, stage, first=b''):
        self.socket = socket.create_connection(web.split(stage.public), timeout=60)
        self.said = b''
        self.send(first)

    def send(self, data):
        """@return Whether the other end still takes it."""
        try:
            self.socket.sendall(data)
        except OSError:
            return False
        return True

    def read(self):
        """@return Whether there was more."""
        try:
            more = self.socket.recv(1 << 20)
        except ConnectionError:
            return False
        self.said += more
        return bool(more)

    def read_all(self):
        while self.read():
            pass
        return self.said

    def frames(self):
        at = 0
        while at + 9 <= len(self.said):
            size = int.from_bytes(self.said[at:at + 3], 'big')
            if at + 9 + size > len(self.said):
                return
            yield self.said[at + 3], self.said[at + 4], self.said[at + 9:at + 9 + size]
            at += 9 + size

    def read_until(self, fits):
        while not any(fits(*each) for each in self.frames()):
            assert self.read(), 'it hung up: %r' % self.said[-100:]

    def close(self):
        self.socket.close()


def goodbye(peer):
    """@return The code of the last GOAWAY; None if there was none."""
    codes = [int.from_bytes(payload[4:8], 'big') for kind, _, payload in peer.frames()
             if kind == GOAWAY]
    return codes[-1] if codes else None


def is_served(stage):
    caller = web.Caller(stage.public)
    status = caller.ask('GET', '/v1/concerts')[0]
    caller.close()
    return status == 200


def requests_that_two_readers_could_take_apart_differently_are_refused(stage):
    """Each is followed by another request, which must not be answered: it may be a body's."""
    begin = b'POST /v1/concerts/1/queueEntries HTTP/1.1\r\nhost: x\r\n'
    for lines in (
            b'content-length: 5\r\ncontent-length: 6\r\n', b'content-length: 5\r\ncontent-length: 5\r\n',
            b'content-length: 5, 5\r\n', b'content-length: +5\r\n', b'content-length: -1\r\n',
            b'content-length: 0x5\r\n', b'content-length: 5 5\r\n', b'content-length:\r\n',
            b'content-length: 99999999999999999999\r\n',
            b'transfer-encoding: chunked\r\n', b'content-length: 5\r\ntransfer-encoding: chunked\r\n',
            b'transfer-encoding: identity\r\ncontent-length: 5\r\n',
            b'transfer-encoding\x0b: chunked\r\n', b'transfer-encoding : chunked\r\n',
            b'content-length : 5\r\n', b' content-length: 5\r\n',
            b'x-a: b\r\n content-length: 5\r\n', b'x-a: b\r\n\tc\r\n', b'x-a: b\ncontent-length: 5\r\n',
            b'x-a: b\rcontent-length: 5\r\n', b'x-a: b\x00c\r\n', b'x\x00a: b\r\n', b'x-a\r\n',
            b': b\r\n', b'x(a): b\r\n', b'host: y\r\n', b'expect: 200-maybe\r\n',
            b'\xc3\xa9: b\r\n', b'x-a: \x7f\r\n'):
        peer = Peer(stage, begin + lines + b'\r\nGET /v1/concerts HTTP/1.1\r\nhost: x\r\n\r\n')
        said = peer.read_all()
        assert said.startswith(b'HTTP/1.1 4'), (lines, said)
        assert said.count(b'HTTP/1.1 ') == 1, (lines, said)
    for line in (b'GET  /v1/concerts HTTP/1.1', b'GET /v1/concerts', b'GET /v1/concerts HTTP/1.1 ',
                 b'GET\t/v1/concerts HTTP/1.1', b'G(T /v1/concerts HTTP/1.1',
                 b'GET v1/concerts HTTP/1.1', b'GET /v1/\xff HTTP/1.1', b'GET /v1/concerts HTTP/2.0',
                 b'GET /v1/concerts HTTP/1.1\n', b'\r\n\r\n'):
        said = Peer(stage, line + b'\r\nhost: x\r\n\r\n').read_all()
        assert said.startswith((b'HTTP/1.1 4', b'HTTP/1.1 505')), (line, said)
        assert said.count(b'HTTP/1.1 ') == 1, (line, said)


def floods_of_headers_are_refused(stage):
    many = b''.join(b'x-%d: y\r\n' % i for i in range(101))
    assert Peer(stage, b'GET / HTTP/1.1\r\nhost: x\r\n' + many +
                b'\r\n').read_all().startswith(b'HTTP/1.1 431')
    peer = Peer(stage, b'GET / HTTP/1.1\r\nhost: x\r\nx-a: ' + b'a' * 17000)
    assert peer.read_all().startswith(b'HTTP/1.1 431')
    peer = Peer(stage, PREFACE + frame(SETTINGS, 0, 0) + frame(
        HEADERS, END_STREAM | END_HEADERS, 1, head(b'/v1/concerts', *[(b'x-%d' % i, b'y' * 100)
                                                                   for i in range(140)])))
    peer.read_until(lambda kind, flags, payload: kind in (HEADERS, RST_STREAM))
    peer.send(frame(HEADERS, END_STREAM | END_HEADERS, 3, head()))
    peer.read_until(lambda kind, flags, payload: kind == 0 and b'concerts' in payload)
    peer.close()


def flood(stage, begin, part):
    """@return The code with which the connection was ended; the flood is 64 KiB at a time."""
    peer = Peer(stage, PREFACE + frame(SETTINGS, 0, 0) + begin)
    many = part * (65536 // len(part))
    for _ in range(FLOOD * len(part) // len(many) + 1):
        if not peer.send(many):
            break
    peer.socket.settimeout(1)
    try:
        peer.read_all()
    except TimeoutError:
        raise AssertionError('it goes on') from None
    return goodbye(peer)


def floods_of_frames_end_their_connection(stage):
    for name, begin, part in (
            ('pings', b'', frame(PING, 0, 0, b'01234567')),
            ('settings', b'', frame(SETTINGS, 0, 0)),
            ('acknowledged settings', b'', frame(SETTINGS, ACK, 0)),
            ('empty data', frame(HEADERS, END_HEADERS, 1, head().replace(b'GET', b'PUT')),
             frame(0, 0, 1)),
            ('windows', b'', frame(WINDOW_UPDATE, 0, 0, b'\x00\x00\x00\x01')),
            ('priorities', b'', frame(2, 0, 1, b'\x00\x00\x00\x00\x10')),
            ('priorities of RFC 9218', b'', frame(16, 0, 0, b'\x00\x00\x00\x01u=1')),
            ('frames that nobody knows', b'', frame(200, 0, 0)),
            ('windows of a stream that is over', frame(HEADERS, END_STREAM | END_HEADERS, 1, head()),
             frame(WINDOW_UPDATE, 0, 1, b'\x00\x00\x00\x01'))):
        code = flood(stage, begin, part)
        assert code in (None, *ANGRY), (name, code)
        assert is_served(stage), name


def a_head_that_never_ends_ends_its_connection(stage):
    code = flood(stage, frame(HEADERS, END_STREAM, 1, head()), frame(CONTINUATION, 0, 1,
                                                                    literal(b'x', b'y' * 100)))
    assert code in (None, *ANGRY), code
    assert is_served(stage)


def streams_that_are_reset_at_once_end_their_connection(stage):
    """CVE-2023-44487. Honest clients whose deadlines expire reset many, too: hence not the first."""
    peer = Peer(stage, PREFACE + frame(SETTINGS, 0, 0))
    stream, block = 1, head()
    for _ in range(500):
        parts = b''
        for _ in range(100):
            parts += frame(HEADERS, END_STREAM | END_HEADERS, stream, block)
            parts += frame(RST_STREAM, 0, stream, struct.pack('>I', 8))
            stream += 2
        if not peer.send(parts):
            break
    peer.read_all()
    assert stream > 2 * 5000, 'it ends those that are honest'
    assert goodbye(peer) not in (None, 0), goodbye(peer)
    assert is_served(stage)


def one_who_opens_no_window_keeps_nobody_waiting(stage):
    """Answers that nobody takes: of every stream, a window of nothing."""
    peers = []
    for _ in range(20):
        peer = Peer(stage, PREFACE + frame(SETTINGS, 0, 0, struct.pack('>HI', 4, 0)) + b''.join(
            frame(HEADERS, END_STREAM | END_HEADERS, 2 * i + 1, head()) for i in range(500)))
        peers.append(peer)
    for peer in peers:
        peer.read_until(lambda kind, flags, payload: kind == HEADERS)
    assert is_served(stage)
    for increment in (b'\x00\x00\x00\x00', b'\x7f\xff\xff\xff'):
        peers[0].send(frame(WINDOW_UPDATE, 0, 0, increment))
    peers[0].read_all()
    assert goodbye(peers[0]) not in (None, 0)
    for peer in peers:
        peer.close()
    assert is_served(stage)


def frames_that_are_none_end_their_connection(stage):
    for bad in (b'\x00' * 64, b'PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n', PREFACE + b'\xff' * 64,
                PREFACE + frame(HEADERS, 5, 0, head()), PREFACE + frame(HEADERS, 5, 2, head()),
                PREFACE + frame(SETTINGS, 0, 0, b'\x00'), PREFACE + frame(PING, 0, 0, b'1'),
                PREFACE + frame(SETTINGS, 0, 0) + frame(HEADERS, 5, 1, b'\xff' * 40),
                PREFACE + frame(SETTINGS, 0, 0) + frame(0, 1, 3, b'x'),
                PREFACE + frame(SETTINGS, 0, 0) + frame(WINDOW_UPDATE, 0, 0, b'\0\0\0\0')):
        peer = Peer(stage, bad)
        peer.read_all()
        assert goodbye(peer) != 0, bad
    assert is_served(stage)


def a_thousand_killed_clients_leave_nothing(stage):
    """Killed while they ask, stream, or have said half of something; the descriptors come back."""
    descriptors = lambda: len(os.listdir('/proc/%d/fd' % stage.gateway.pid))
    before = descriptors()
    ask = b'GET /v1/concerts HTTP/1.1\r\nhost: x\r\n\r\n'
    stream = b'GET /v1/events/sale/1 HTTP/1.1\r\nhost: x\r\n\r\n'
    frames = PREFACE + frame(SETTINGS, 0, 0) + b''.join(
        frame(HEADERS, END_STREAM | END_HEADERS, 2 * i + 1, head(path)) for i, path in
        enumerate([b'/v1/concerts', b'/v1/events/sale/1', b'/v1/events?wait_ms=30000'] * 10))
    sayings = (ask, ask * 20, stream, frames, frames[:-7], ask[:-3], PREFACE[:10], b'')
    for number in range(KILLED):
        peer = Peer(stage, sayings[number % len(sayings)])
        if number % 3 == 0:
            peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        peer.close()
    harness.wait_until(lambda: descriptors() <= before + 8, 'the descriptors are free again')
    assert is_served(stage)


def more_connections_than_may_be_are_hung_up_on(stage):
    before = stage.gateway, stage.public, stage.admin
    stage.start_gateway(['--connections-per-address', '4'])
    ask = b'GET /v1/concerts HTTP/1.1\r\nhost: x\r\n\r\n'

    def is_answered(peer):
        peer.send(ask)
        return peer.read()
    peers = [Peer(stage) for _ in range(4)]
    assert all(is_answered(peer) for peer in peers)
    assert not is_answered(Peer(stage))
    peers.pop().close()
    harness.wait_until(lambda: is_answered(Peer(stage)), 'that there is room again')
    stage.gateway.terminate()
    assert stage.gateway.wait() == 0
    stage.gateway, stage.public, stage.admin = before


def main():
    stage = harness.Stage(*sys.argv[1:3])
    admin = web.Caller(stage.admin)
    web.open_sale(admin, 1)
    admin.close()
    failed = harness.run([
        requests_that_two_readers_could_take_apart_differently_are_refused,
        floods_of_headers_are_refused, floods_of_frames_end_their_connection,
        a_head_that_never_ends_ends_its_connection,
        streams_that_are_reset_at_once_end_their_connection,
        more_connections_than_may_be_are_hung_up_on,
        one_who_opens_no_window_keeps_nobody_waiting, frames_that_are_none_end_their_connection,
        a_thousand_killed_clients_leave_nothing], stage)
    log = stage.gateway.text()
    if len(log) > 8000:
        print('the log is a flood itself: %d bytes' % len(log))
        failed += 1
    stage.gateway.process.send_signal(signal.SIGTERM)
    code = stage.gateway.wait()
    if failed or code != 0:
        print(log, code)
    stage.close()
    return failed or code


if __name__ == '__main__':
    sys.exit(main())
