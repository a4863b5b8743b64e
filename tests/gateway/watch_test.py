"""Streams of gRPC, health and reflection, by Debian's grpcio.
Usage: watch_test.py ONSALED GATEWAY PROTO_FOLDER GATEWAY_PROTO_FOLDER"""
import queue
import os
import sys
import threading

import grpc

import harness
import shop
from harness import wait_until
from shop import trailers

StatusCode = grpc.StatusCode
WAITING, ACTIVE, EXPIRED, LEFT = 1, 2, 3, 4


class Test:
    def __init__(self, onsaled, gateway, protos):
        self.stage = harness.Stage(onsaled, gateway)
        self.modules = harness.generate(protos, self.stage.folder, *shop.FILES,
                                        'onsale/v1/watch.proto')
        self.health, self.reflection = harness.generate(
            protos, self.stage.folder, 'grpc/health/v1/health.proto',
            'grpc/reflection/v1/reflection.proto')
        self.users = 100
        self.connect()
        shop.open_sale(self.admin, active_max=1000)

    def connect(self):
        self.admin = shop.Client(self.stage.admin, self.modules)
        self.client = shop.Client(self.stage.public, self.modules)
        self.doctor = shop.Client(self.stage.public, [self.health])

    def enter(self):
        self.users += 1
        self.admin.call('CreateUser', user_id=self.users)
        return self.client.call('EnterQueue', user_id=self.users, concert_id=1).token


class Stream:
    """Reads a stream on a thread of its own."""

    def __init__(self, call):
        self.call = call
        self.messages = []
        self.error = None
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        try:
            for message in self.call:
                self.messages.append(message)
        except grpc.RpcError as error:
            self.error = error

    def will_have(self, condition, what):
        return wait_until(lambda: any(map(condition, self.messages)) or
                          not self.thread.is_alive() and False, what)

    def will_end(self):
        wait_until(lambda: not self.thread.is_alive(), 'the end of a stream')
        return self.call.code()


def a_queue_entry_is_followed_until_it_is_left(test):
    shop.set_active_max(test.admin, 1)
    first, second, third = test.enter(), test.enter(), test.enter()
    follower = Stream(test.client.stream('WatchQueueEntry', token=third))
    other = Stream(test.client.stream('WatchQueueEntry', token=third))
    follower.will_have(lambda m: m.entry.position == 2, 'the position at first')
    test.client.call('LeaveQueue', token=second)
    follower.will_have(lambda m: m.entry.position == 1, 'that it gets on')
    test.client.call('LeaveQueue', token=first)
    follower.will_have(lambda m: m.entry.status == ACTIVE, 'that it may enter')
    test.client.call('LeaveQueue', token=third)
    assert follower.will_end() == StatusCode.OK
    assert other.will_end() == StatusCode.OK
    for stream in follower, other:
        told = [(m.entry.status, m.entry.position) for m in stream.messages]
        assert told == [(WAITING, 2), (WAITING, 1), (ACTIVE, 0), (LEFT, 0)], told
    shop.set_active_max(test.admin, 1000)


def an_unknown_token_is_refused(test):
    for token in (b'', b'x' * 28, b'x' * 1000):
        stream = Stream(test.client.stream('WatchQueueEntry', token=token))
        assert stream.will_end() == StatusCode.UNAUTHENTICATED, token
        assert 'onsale-reason' in trailers(stream.error)


def seats_are_followed_by_their_changes(test):
    token, other = test.enter(), test.enter()
    followers = [Stream(test.client.stream('WatchSeats', token=t, performance_id=1))
                 for t in (token, other, token)]
    for follower in followers:
        follower.will_have(lambda m: m.complete and m.seat_count == 20, 'the whole hall')
    test.client.call('HoldSeats', token=token, reservation_id=b'h' * 16, performance_id=1,
                     seat_indexes=[0, 1])
    for follower in followers:
        follower.will_have(lambda m: any(run.states[0] & 15 == 5 for run in m.runs), 'the hold')
        versions = [m.version for m in follower.messages]
        assert versions == sorted(set(versions)), versions
    test.client.call('LeaveQueue', token=token)
    assert followers[0].will_end() == StatusCode.PERMISSION_DENIED
    assert followers[2].will_end() == StatusCode.PERMISSION_DENIED
    test.client.call('CancelReservation', user_id=test.users - 1, reservation_id=b'h' * 16)
    wait_until(lambda: followers[1].messages[-1].runs[0].states[0] & 15 == 0,
               'that they are free again')
    followers[1].call.cancel()


def seats_need_an_active_token(test):
    stream = Stream(test.client.stream('WatchSeats', token=b'x' * 28, performance_id=1))
    assert stream.will_end() == StatusCode.UNAUTHENTICATED
    stream = Stream(test.client.stream('WatchSeats', token=test.enter(), performance_id=99))
    assert stream.will_end() == StatusCode.NOT_FOUND


def events_are_followed_without_gaps(test):
    fresh = test.client.call('ListEvents', after=2**60, max=1).last_event_number
    late = Stream(test.client.stream('WatchEvents', after=fresh))
    whole = Stream(test.client.stream('WatchEvents'))
    for _ in range(300):
        test.enter()
    last = test.client.call('ListEvents', after=2**60, max=1).last_event_number
    assert last >= fresh + 600
    for stream, first in (late, fresh + 1), (whole, 1):
        stream.will_have(lambda m: m.events and m.events[-1].event_number >= last, 'all events')
        numbers = [event.event_number for m in stream.messages for event in m.events]
        assert numbers == list(range(first, numbers[-1] + 1)), numbers
        stream.call.cancel()


def a_server_that_restarts_is_followed_on(test):
    token = test.enter()
    stream = Stream(test.client.stream('WatchQueueEntry', token=token))
    stream.will_have(lambda m: m.entry.status == ACTIVE, 'the entry')
    test.stage.server.terminate()
    assert test.stage.server.wait() == 0
    test.stage.start_server()
    test.client.call('LeaveQueue', token=token)
    assert stream.will_end() == StatusCode.OK
    assert stream.messages[-1].entry.status == LEFT


def health_is_told(test):
    assert test.doctor.call('Check').status == 1
    assert test.doctor.call('Check', service='onsale.v1.QueueService').status == 1
    assert test.doctor.refusal('Check', service='onsale.v1.Queue').code() == StatusCode.NOT_FOUND
    watch = Stream(test.doctor.stream('Watch'))
    unknown = Stream(test.doctor.stream('Watch', service='nothing'))
    watch.will_have(lambda m: m.status == 1, 'SERVING')
    unknown.will_have(lambda m: m.status == 3, 'SERVICE_UNKNOWN')
    test.stage.server.freeze()
    watch.will_have(lambda m: m.status == 2, 'NOT_SERVING')
    assert test.doctor.call('Check').status == 2
    test.stage.server.thaw()
    wait_until(lambda: watch.messages[-1].status == 1, 'SERVING again')
    for stream in watch, unknown:
        stream.call.cancel()


class Questions:
    """What grpcurl does: asks, and leaves the stream open while it reads the answer."""

    def __init__(self, test, version):
        self.reflection = test.reflection
        self.questions = queue.Queue()
        call = test.client.channel.stream_stream(
            '/grpc.reflection.%s.ServerReflection/ServerReflectionInfo' % version,
            request_serializer=self.reflection.ServerReflectionRequest.SerializeToString,
            response_deserializer=self.reflection.ServerReflectionResponse.FromString)
        self.answers = call(iter(self.questions.get, None), timeout=60)

    def ask(self, **question):
        self.questions.put(self.reflection.ServerReflectionRequest(**question))
        return next(self.answers)

    def end(self):
        self.questions.put(None)
        assert list(self.answers) == []


def add_with_imports(pool, files, name):
    """A pool takes a file after those that it imports; an answer has them in any order."""
    file = files.pop(name, None)
    if file is not None:
        for imported in file.dependency:
            add_with_imports(pool, files, imported)
        pool.Add(file)


def reflection_tells_what_there_is(test):
    from google.protobuf import descriptor_pb2, descriptor_pool
    for version in 'v1', 'v1alpha':
        questions = Questions(test, version)
        services = [service.name for service in
                    questions.ask(list_services='').list_services_response.service]
        assert 'onsale.v1.WatchService' in services and 'grpc.health.v1.Health' in services, services
        pool = descriptor_pool.DescriptorPool()
        answer = questions.ask(file_containing_symbol='onsale.v1.AdminService.ImportCatalogue')
        files = [descriptor_pb2.FileDescriptorProto.FromString(file) for file in
                 answer.file_descriptor_response.file_descriptor_proto]
        add_with_imports(pool, {file.name: file for file in files}, 'onsale/v1/admin.proto')
        method = pool.FindServiceByName('onsale.v1.AdminService').methods_by_name['ImportCatalogue']
        assert method.input_type.fields_by_name['layouts'].number == 2
        for known in ('onsale.v1.QueueEntry', 'onsale.v1.SeatState', 'onsale.v1.WatchService',
                      'grpc.health.v1.HealthCheckResponse.ServingStatus'):
            answer = questions.ask(file_containing_symbol=known)
            assert answer.file_descriptor_response.file_descriptor_proto, known
        answer = questions.ask(file_by_filename='google/api/http.proto')
        assert answer.original_request.file_by_filename == 'google/api/http.proto'
        assert len(answer.file_descriptor_response.file_descriptor_proto) == 1
        for unknown in 'onsale.v1', 'onsale.v1.Queue', 'onsale.v1.QueueEntryX', 'x', '':
            answer = questions.ask(file_containing_symbol=unknown)
            assert answer.error_response.error_code == 5, unknown
        questions.end()


def streams_end_when_the_gateway_stops(test):
    token = test.enter()
    watches = [Stream(test.client.stream('WatchQueueEntry', token=token)),
               Stream(test.client.stream('WatchSeats', token=token, performance_id=1)),
               Stream(test.client.stream('WatchEvents', after=2**40))]
    watch = Stream(test.doctor.stream('Watch'))
    watch.will_have(lambda m: m.status == 1, 'SERVING')
    watches[0].will_have(lambda m: m.entry.status == ACTIVE, 'the entry')
    leaving = test.stage.gateway
    leaving.terminate()
    for stream in watches:
        assert stream.will_end() == StatusCode.UNAVAILABLE, stream.call
        assert trailers(stream.error)['onsale-reason'] == 'SHUTTING_DOWN'
    assert watch.will_end() == StatusCode.UNAVAILABLE
    assert watch.messages[-1].status == 2
    assert leaving.wait() == 0
    test.stage.start_gateway()
    test.connect()


def followers_that_are_killed_leave_nothing(test):
    """A channel that is closed drops its connection, with all that is open on it."""
    for _ in range(3):
        client = shop.Client(test.stage.public, test.modules,
                             options=(('grpc.use_local_subchannel_pool', 1),))
        tokens = [test.enter() for _ in range(4)]
        streams = [Stream(client.stream(name, **fields)) for token in tokens for name, fields in (
            ('WatchQueueEntry', dict(token=token)),
            ('WatchSeats', dict(token=token, performance_id=1)), ('WatchEvents', {}))]
        for stream in streams:
            stream.will_have(bool, 'something')
        client.close()
    assert test.doctor.call('Check').status == 1


TESTS = [
    a_queue_entry_is_followed_until_it_is_left,
    an_unknown_token_is_refused,
    seats_are_followed_by_their_changes,
    seats_need_an_active_token,
    events_are_followed_without_gaps,
    a_server_that_restarts_is_followed_on,
    health_is_told,
    reflection_tells_what_there_is,
    streams_end_when_the_gateway_stops,
    followers_that_are_killed_leave_nothing,
]


def main(onsaled, gateway, *protos):
    test = Test(onsaled, gateway, protos)
    failed = harness.run(TESTS, test)
    test.stage.gateway.terminate()
    if test.stage.gateway.wait() != 0:
        failed += 1
    if failed:
        print(test.stage.gateway.text())
    test.stage.close()
    return 1 if failed else 0


if __name__ == '__main__':
    os.environ.setdefault('GRPC_ENABLE_FORK_SUPPORT', '0')
    sys.exit(main(*sys.argv[1:]))
