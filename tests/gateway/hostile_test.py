"""Clients that break the rules of HTTP, byte by byte: each is refused as the rules say, and the others
are served.
Usage: hostile_test.py ONSALED GATEWAY PROTO_FOLDER GATEWAY_PROTO_FOLDER"""
import socket
import struct
import sys
import threading

import harness
import shop

PREFACE = b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = (
    0, 1, 3, 4, 6, 7, 8, 9)
END_STREAM, ACK, END_HEADERS = 1, 1, 4
PROTOCOL_ERROR, FLOW_CONTROL_ERROR, FRAME_SIZE_ERROR, ENHANCE_YOUR_CALM = 1, 3, 6, 11


class Test:
    def __init__(self, onsaled, gateway, protos):
        self.stage = harness.Stage(onsaled, gateway)
        self.modules = harness.generate(protos, self.stage.folder, *shop.FILES)
        self.admin = shop.Client(self.stage.admin, self.modules)
        self.client = shop.Client(self.stage.public, self.modules)
        self.admin.call('CreateUser', user_id=1)

    def connect(self):
        host, port = self.stage.public.split(':')
        peer = socket.create_connection((host, int(port)), timeout=harness.PATIENCE_S)
        return peer

    def others_are_served(self):
        assert self.client.call('GetBalance', user_id=1).balance == 0


def frame(kind, flags, stream, payload=b''):
    return (struct.pack('>I', len(payload))[1:] + bytes([kind, flags]) +
            struct.pack('>I', stream) + payload)


def header(name, value):
    """A literal of HPACK, never indexed."""
    assert len(name) < 127 and len(value) < 127
    return b'\x10' + bytes([len(name)]) + name + bytes([len(value)]) + value


def request_headers(path=b'/onsale.v1.WalletService/GetBalance', more=()):
    pairs = [(b':method', b'POST'), (b':scheme', b'http'), (b':path', path), (b':authority', b'x'),
             (b'content-type', b'application/grpc'), (b'te', b'trailers'), *more]
    return b''.join(header(name, value) for name, value in pairs)


MESSAGE = b'\0\0\0\0\2\x08\x01'


class Peer:
    """Speaks HTTP/2 by frames."""

    def __init__(self, test):
        self.socket = test.connect()
        self.bytes = b''
        self.send(PREFACE + frame(SETTINGS, 0, 0))

    def send(self, data):
        try:
            self.socket.sendall(data)
        except OSError:
            pass  # it has hung up: what it said is still to be read

    def frames(self):
        """What comes until the end."""
        while True:
            while len(self.bytes) >= 9:
                size = int.from_bytes(self.bytes[:3], 'big')
                if len(self.bytes) < 9 + size:
                    break
                found = (self.bytes[3], self.bytes[4], struct.unpack('>I', self.bytes[5:9])[0],
                         self.bytes[9:9 + size])
                self.bytes = self.bytes[9 + size:]
                yield found
            try:
                data = self.socket.recv(65536)
            except ConnectionError:
                return
            if data == b'':
                return
            self.bytes += data

    def expect_goaway(self, *codes, may_be_silent=False):
        for kind, _, _, payload in self.frames():
            if kind == GOAWAY:
                code = struct.unpack('>I', payload[4:8])[0]
                assert code in codes, code
                self.socket.close()
                return
        assert may_be_silent, 'no GOAWAY came'

    def expect_answer(self, stream, status):
        """@param status  Of HTTP, as HPACK's static table or a literal shows it."""
        for kind, _, on, payload in self.frames():
            if on == stream and kind == HEADERS:
                assert status in payload or status == b'200' and payload[0] == 0x88, payload
                self.socket.close()
                return
            assert not (on == stream and kind == RST_STREAM), 'reset instead'
        raise AssertionError('no answer came')


def ask(test, text):
    """@return What is answered until the connection ends."""
    peer = test.connect()
    peer.sendall(text)
    answer = b''
    while True:
        data = peer.recv(65536)
        if data == b'':
            peer.close()
            return answer
        answer += data


def what_may_be_misread_is_refused_and_hung_up_on(test):
    smuggled = b'GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n'
    for status, head in (
            (b'400', b'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n'),
            (b'411', b'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
            (b'400', b'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n'),
            (b'400', b'POST / HTTP/1.1\r\nHost: x\r\nContent-Length : 4\r\n\r\n'),
            (b'400', b'GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n'),
            (b'400', b'GET / HTTP/1.1\nHost: x\n\r\n\r\n'),
            (b'400', b'GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c: d\r\n\r\n'),
            (b'400', b'GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n'),
            (b'505', b'GET / HTTP/3.0\r\nHost: x\r\n\r\n'),
            (b'400', b'\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n')):
        answer = ask(test, head + smuggled)
        assert answer.startswith(b'HTTP/1.1 ' + status), (head, answer)
        assert answer.count(b'HTTP/1.1') == 1, (head, answer)
    test.others_are_served()


def floods_of_headers_are_refused(test):
    assert b' 431 ' in ask(test, b'GET / HTTP/1.1\r\nHost: x\r\n' + b'A: b\r\n' * 200 + b'\r\n')
    assert b' 431 ' in ask(test, b'GET / HTTP/1.1\r\nHost: x\r\nA: ' + b'b' * 20000)
    peer = Peer(test)
    many = [(b'h%d' % i, b'v') for i in range(120)]
    peer.send(frame(HEADERS, END_HEADERS, 3, request_headers(more=many)))
    peer.expect_answer(3, b'431')
    test.others_are_served()


def endless_continuations_end_the_connection(test):
    peer = Peer(test)
    peer.send(frame(HEADERS, 0, 1, request_headers()) + frame(CONTINUATION, 0, 1, b'') * 100)
    peer.expect_goaway(ENHANCE_YOUR_CALM, may_be_silent=True)
    test.others_are_served()


def frames_that_are_none_end_the_connection(test):
    for code, sent in ((PROTOCOL_ERROR, frame(DATA, 0, 0, b'x')),
                       (PROTOCOL_ERROR, frame(HEADERS, END_HEADERS, 2, request_headers())),
                       (FRAME_SIZE_ERROR, frame(PING, 0, 0, b'short')),
                       (FRAME_SIZE_ERROR, b'\xff\xff\xff\0\0\0\0\0\1'),
                       (FLOW_CONTROL_ERROR, frame(WINDOW_UPDATE, 0, 0, b'\x7f\xff\xff\xff')),
                       (PROTOCOL_ERROR, frame(WINDOW_UPDATE, 0, 0, b'\0\0\0\0')),
                       (9, frame(HEADERS, END_HEADERS, 1, b'\xff\xff\xff\xff\xff'))):
        peer = Peer(test)
        peer.send(sent)
        peer.expect_goaway(code)
    test.others_are_served()


def floods_end_the_connection(test):
    for flood in (frame(PING, 0, 0, b'12345678'), frame(SETTINGS, 0, 0),
                  frame(WINDOW_UPDATE, 0, 0, b'\0\0\0\1')):
        peer = Peer(test)
        sending = threading.Thread(target=lambda: [peer.send(flood * 1000) for _ in range(40)])
        sending.start()
        peer.expect_goaway(ENHANCE_YOUR_CALM, may_be_silent=True)
        sending.join()
    test.others_are_served()


def resets(count, first):
    return b''.join(frame(HEADERS, END_HEADERS, stream, request_headers()) +
                    frame(RST_STREAM, 0, stream, b'\0\0\0\x08')
                    for stream in range(first, first + 2 * count, 2))


def thousands_of_resets_are_borne_and_a_flood_is_not(test):
    peer = Peer(test)
    peer.send(resets(3000, 1))
    peer.send(frame(HEADERS, END_HEADERS, 7001, request_headers()) +
              frame(DATA, END_STREAM, 7001, MESSAGE))
    peer.expect_answer(7001, b'200')
    peer = Peer(test)
    sending = threading.Thread(
        target=lambda: [peer.send(resets(1000, 1 + 2000 * i)) for i in range(60)])
    sending.start()
    peer.expect_goaway(2, ENHANCE_YOUR_CALM)
    sending.join()
    test.others_are_served()


def resets_of_streams_never_opened_do_no_harm(test):
    peer = Peer(test)
    peer.send(frame(RST_STREAM, 0, 5, b'\0\0\0\x08') +
              frame(HEADERS, END_HEADERS, 7, request_headers()) +
              frame(RST_STREAM, 0, 9, b'\0\0\0\x08') + frame(DATA, END_STREAM, 7, MESSAGE))
    peer.expect_answer(7, b'200')


def peers_that_read_nothing_hold_up_nobody(test):
    idle = []
    for _ in range(20):
        peer = Peer(test)
        peer.send(b''.join(frame(HEADERS, END_HEADERS, stream, request_headers()) +
                           frame(DATA, END_STREAM, stream, MESSAGE)
                           for stream in range(1, 1000, 2)))
        idle.append(peer)
    test.others_are_served()
    for peer in idle:
        peer.socket.close()


def a_thousand_clients_that_vanish_leave_nothing(test):
    for _ in range(1000):
        peer = Peer(test)
        peer.send(frame(HEADERS, END_HEADERS, 1, request_headers()) + frame(DATA, 0, 1, MESSAGE[:3]))
        peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        peer.socket.close()
    test.others_are_served()


TESTS = [
    what_may_be_misread_is_refused_and_hung_up_on,
    floods_of_headers_are_refused,
    endless_continuations_end_the_connection,
    frames_that_are_none_end_the_connection,
    floods_end_the_connection,
    thousands_of_resets_are_borne_and_a_flood_is_not,
    resets_of_streams_never_opened_do_no_harm,
    peers_that_read_nothing_hold_up_nobody,
    a_thousand_clients_that_vanish_leave_nothing,
]


def main(onsaled, gateway, *protos):
    test = Test(onsaled, gateway, protos)
    failed = harness.run(TESTS, test)
    test.stage.gateway.terminate()
    if test.stage.gateway.wait() != 0:
        failed += 1
    lines = test.stage.gateway.text()
    if lines.count('\n') > 20:
        print('the log is flooded')
        failed += 1
    if failed:
        print(lines)
    test.stage.close()
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
