"""Server-sent events of a real gateway: what pages are told, and what becomes of those that do not
listen."""
import socket
import sys

import crowd
import harness
import web

PAGES = 200


def a_page_follows_its_place_to_its_end(stage):
    admin, caller = stage.sale
    tokens = [web.enter(caller, user) for user in (1, 2, 3)]
    page = web.Events(stage.public, 'queue', tokens[2])
    assert page.status == 200, page.status
    assert page.headers['content-type'] == 'text/event-stream'
    first = page.next()
    assert first['event'] == 'queue' and first['id'] == '1.2', first
    caller.post('/v1/queueEntry:leave', token=tokens[0])
    assert page.until(lambda entry: entry['position'] == 1)['id'] == '1.1'
    caller.post('/v1/queueEntry:leave', token=tokens[1])
    active = page.until(lambda entry: entry['status'] == 'QUEUE_ENTRY_STATUS_ACTIVE')
    caller.post('/v1/queueEntry:leave', token=tokens[2])
    last = page.until(lambda entry: entry['status'] == 'QUEUE_ENTRY_STATUS_LEFT')
    assert page.next() is None
    assert web.Events(stage.public, 'queue', tokens[2], last_id=active['id']).next()['id'] == last['id']
    assert web.Events(stage.public, 'queue', tokens[2], last_id=last['id']).status == 204


def a_token_may_come_in_the_query(stage):
    _, caller = stage.sale
    token = web.enter(caller, 4)
    for text in (token, token.replace('+', '-').replace('/', '_').rstrip('='),
                 token.replace('+', '%2B').replace('/', '%2f').replace('=', '%3D')):
        page = web.Events(stage.public, 'queue?token=' + text)
        assert page.status == 200, (text, page.status)
        page.close()
    caller.post('/v1/queueEntry:leave', token=token)


def who_shows_no_good_token_is_refused(stage):
    _, caller = stage.sale
    active, waiting = web.enter(caller, 5), web.enter(caller, 6)
    for path, token, status, reason in (
            ('queue', None, 401, 'TOKEN_MISSING'),
            ('queue', 'AAAA', 401, 'TOKEN_UNKNOWN'),
            ('queue', '!!!!', 401, 'TOKEN_UNKNOWN'),
            ('queue', 'A' * 500, 401, 'TOKEN_UNKNOWN'),
            ('performances/1/seats', None, 401, 'TOKEN_MISSING'),
            ('performances/1/seats', waiting, 403, 'TOKEN_NOT_ACTIVE'),
            ('performances/9/seats', active, 404, 'PERFORMANCE_NOT_FOUND'),
            ('performances/x/seats', active, 400, 'ARGUMENT_INVALID'),
            ('sale/99', None, 404, 'CONCERT_NOT_FOUND'),
            ('sale/4294967296', None, 400, 'ARGUMENT_INVALID'),
            ('nothing', None, 404, 'PATH_UNKNOWN')):
        page = web.Events(stage.public, path, token)
        said = page.body()['error']
        assert page.status == status, (path, token, page.status)
        assert said['details'][0]['reason'] == reason, (path, token, said)
    assert caller.ask('POST', '/v1/events/queue', {})[0] == 405
    for token in (waiting, active):
        caller.post('/v1/queueEntry:leave', token=token)


def seats_are_told_by_their_changes(stage):
    _, caller = stage.sale
    token = web.enter(caller, 7)
    page = web.Events(stage.public, 'performances/1/seats', token)
    whole = page.next()
    assert whole['data']['complete'] and whole['data']['seatCount'] == 1280
    web.hold(caller, token, [0, 1], 1)
    change = page.next()
    assert not change['data']['complete']
    assert [run['firstSeatIndex'] for run in change['data']['runs']] == [0]
    assert change['data']['runs'][0]['states'].startswith('BQ'), change  # 1, 1, 0, 0: two are held
    web.hold(caller, token, [640], 2)
    again = web.Events(stage.public, 'performances/1/seats', token, last_id=change['id']).next()
    assert [run['firstSeatIndex'] for run in again['data']['runs']] == [640], again
    assert page.next()['data']['version'] == again['data']['version']
    caller.post('/v1/queueEntry:leave', token=token)
    over = page.next()
    assert over['event'] == 'error', over
    assert over['data']['error']['details'][0]['reason'] == 'TOKEN_EXPIRED', over
    assert page.next() is None


def a_sale_is_told_by_its_numbers(stage):
    _, caller = stage.sale
    page = web.Events(stage.public, 'sale/1')
    before = page.next()
    assert before['event'] == 'sale' and before['data']['concertId'] == 1, before
    tokens = [web.enter(caller, user) for user in (8, 9)]
    page.until(lambda sale: sale['waiting'] == 1 and sale['active'] == 1)
    for token in reversed(tokens):
        caller.post('/v1/queueEntry:leave', token=token)
    page.until(lambda sale: sale['waiting'] == 0 and sale['active'] == 0)


def pages_cost_the_server_no_long_polls(stage):
    """All are told each change, in order, and the server has one long poll for them."""
    admin, caller = stage.sale
    first = web.enter(caller, 10)
    tokens = [web.enter(caller, user) for user in range(11, 11 + PAGES)]
    pages = crowd.Crowd(web.split(stage.public), tokens)
    pages.read_until(pages.all_are_told)
    caller.post('/v1/queueEntry:leave', token=first)
    caller.post('/v1/queueEntry:leave', token=tokens[0])
    pages.read_until(lambda: all(page.told[-1][0] == max(page.number - 1, 0)
                                 for page in pages.pages.values() if page.number > 0))
    for page in pages.pages.values():
        positions = [position for position, _ in page.told]
        assert positions == sorted(positions, reverse=True), positions
        assert page.number == 0 or positions[0] == page.number + 1
    status, _, stats = admin.ask('GET', '/v1/admin/stats')
    assert status == 200 and stats['longPollsWaiting'] <= 1, stats
    assert stats['connections'] < 32, stats
    pages.close()
    for token in tokens[1:]:
        caller.post('/v1/queueEntry:leave', token=token)


def one_who_does_not_read_is_cut_off(stage):
    """The others go on."""
    admin, caller = stage.sale
    token = web.enter(caller, 400)
    deaf = web.Events(stage.public, 'performances/2/seats', token, receive_bytes=4096)
    other = web.Events(stage.public, 'performances/2/seats', token)
    assert len(other.next()['data']['runs'][0]['states']) > 30000
    seats = [64 * block for block in range(1000)]
    for change in range(14):
        verb = 'unblock' if change % 2 else 'block'
        for half in (seats[:500], seats[500:]):
            admin.post('/v1/admin/performances/2/seats:' + verb, seatIndexes=half)
        assert other.next()['event'] == 'seats'
    try:
        while deaf.read_chunk():
            pass
    except ConnectionError:
        pass
    other.close()
    caller.post('/v1/queueEntry:leave', token=token)


def streams_run_over_http_2_too(stage):
    """Spoken by hand: a request, and DATA frames with the events."""
    _, caller = stage.sale
    token = web.enter(caller, 401)
    connection = socket.create_connection(web.split(stage.public))
    literal = lambda name, value: (b'\x00' + bytes([len(name)]) + name + bytes([len(value)]) + value)
    head = b''.join(literal(name, value) for name, value in (
        (b':method', b'GET'), (b':scheme', b'http'), (b':authority', b'x'),
        (b':path', b'/v1/events/queue'), (b'authorization', b'Bearer ' + token.encode())))
    frame = lambda kind, flags, stream, payload=b'': (
        len(payload).to_bytes(3, 'big') + bytes([kind, flags]) + stream.to_bytes(4, 'big') + payload)
    connection.sendall(b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' + frame(4, 0, 0) + frame(1, 5, 1, head))
    connection.settimeout(30)
    said = b''
    while b'event: queue\ndata: {' not in said:
        more = connection.recv(65536)
        assert more, said
        said += more
    connection.close()
    caller.post('/v1/queueEntry:leave', token=token)


def a_gateway_that_stops_ends_its_streams(stage):
    _, caller = stage.sale
    page = web.Events(stage.public, 'sale/1')
    page.next()
    stage.gateway.terminate()
    assert page.next() is None
    assert stage.gateway.wait() == 0


def main():
    stage = harness.Stage(*sys.argv[1:3])
    admin, caller = web.Caller(stage.admin), web.Caller(stage.public)
    stage.sale = admin, caller
    web.open_sale(admin, 402, seats=1280, more_seats=100000)
    failed = harness.run([
        a_page_follows_its_place_to_its_end, a_token_may_come_in_the_query,
        who_shows_no_good_token_is_refused, seats_are_told_by_their_changes,
        a_sale_is_told_by_its_numbers, pages_cost_the_server_no_long_polls,
        streams_run_over_http_2_too, one_who_does_not_read_is_cut_off,
        a_gateway_that_stops_ends_its_streams], stage)
    if failed:
        print(stage.gateway.text())
    stage.close()
    return failed


if __name__ == '__main__':
    sys.exit(main())
