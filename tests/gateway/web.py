"""What tests need of the gateway by HTTP: calls in JSON, streams of events, a sale."""
import http.client
import json
import socket

FAR_MS = 2**42


def split(address):
    host, port = address.rsplit(':', 1)
    return host, int(port)


class Caller:
    """Calls in JSON on one connection."""

    def __init__(self, address):
        self.connection = http.client.HTTPConnection(*split(address), timeout=30)

    def ask(self, method, path, body=None, headers=()):
        """@return Status, headers, and what the JSON says."""
        text = None if body is None else json.dumps(body)
        sent = {'content-type': 'application/json', **dict(headers)} if text else dict(headers)
        self.connection.request(method, path, text, sent)
        answer = self.connection.getresponse()
        said = answer.read()
        return answer.status, answer.headers, json.loads(said) if said else None

    def post(self, path, **body):
        status, _, said = self.ask('POST', path, body)
        assert status == 200, (path, status, said)
        return said

    def close(self):
        self.connection.close()


def rows_of(seats):
    return [{'name': str(row + 1), 'firstNumber': 1, 'seatCount': min(1000, seats - row * 1000)}
            for row in range((seats + 999) // 1000)]


def open_sale(admin, users, active_max=1, per_second=1000, seats=20, more_seats=20):
    """A concert on sale with two performances, and users."""
    admin.post('/v1/admin/catalogue:import', concert={'concertId': 1, 'title': '콘서트'},
               layouts=[{'layoutId': layout, 'sections': [{'name': 'A', 'rows': rows_of(size)}]}
                        for layout, size in ((1, seats), (2, more_seats))],
               performances=[{'performanceId': number, 'concertId': 1, 'layoutId': number,
                              'startsAtMs': FAR_MS, 'saleClosesAtMs': FAR_MS,
                              'tiers': [{'name': 'R', 'price': 100}]} for number in (1, 2)])
    set_policy(admin, active_max, per_second)
    for user in range(1, users + 1):
        admin.post('/v1/admin/users', userId=user)


def set_policy(admin, active_max, per_second=1000):
    admin.post('/v1/admin/concerts/1/queuePolicy', policy={
        'activeMax': active_max, 'admissionsPerSecond': per_second,
        'waitingLifetimeMs': 3600000, 'activeLifetimeMs': 3600000, 'holdLifetimeMs': 60000,
        'purchaseLimit': 8})


def enter(caller, user):
    """@return The token."""
    return caller.post('/v1/concerts/1/queueEntries', userId=user)['token']


def hold(caller, token, seats, number):
    status, _, said = caller.ask(
        'POST', '/v1/performances/1/seats:hold', {'token': token, 'seatIndexes': seats},
        {'idempotency-key': '018f2d34-0000-7000-8000-%012x' % number})
    assert status == 200, said


class Events:
    """A stream of server-sent events."""

    def __init__(self, address, path, token=None, last_id=None, receive_bytes=None,
                 headers=()):
        self.socket = socket.socket()
        if receive_bytes:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self.socket.settimeout(30)
        self.socket.connect(split(address))
        lines = ['GET /v1/events/%s HTTP/1.1' % path, 'host: x']
        lines += ['%s: %s' % header for header in dict(headers).items()]
        if token:
            lines.append('authorization: Bearer ' + token)
        if last_id:
            lines.append('last-event-id: ' + last_id)
        self.socket.sendall('\r\n'.join(lines + ['', '']).encode())
        self.file = self.socket.makefile('rb')
        self.status = int(self.file.readline().split()[1])
        self.headers = {}
        while (line := self.file.readline().strip()):
            name, value = line.decode().split(': ', 1)
            self.headers[name] = value
        self.text = b''

    def body(self):
        """Of an answer that is no stream."""
        return json.loads(self.file.read(int(self.headers['content-length'])))

    def read_chunk(self):
        size = self.file.readline().strip()
        if not size or int(size, 16) == 0:
            return False
        self.text += self.file.read(int(size, 16))
        self.file.readline()
        return True

    def next(self):
        """@return The next event: its fields, `data` read as JSON; None if the stream has ended."""
        assert self.status == 200, self.status
        while True:
            block, found, rest = self.text.partition(b'\n\n')
            if not found:
                if not self.read_chunk():
                    return None
                continue
            self.text = rest
            fields = dict(line.split(': ', 1) for line in block.decode().split('\n')
                          if not line.startswith(':'))
            if fields:
                fields['data'] = json.loads(fields['data'])
                return fields

    def until(self, fits):
        """@return The first event that fits."""
        while True:
            event = self.next()
            assert event is not None, 'the stream has ended'
            if fits(event['data']):
                return event

    def close(self):
        self.file.close()
        self.socket.close()
