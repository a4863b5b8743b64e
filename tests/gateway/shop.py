"""Calls of gRPC by Debian's grpcio, with messages that protoc has made of the unmodified .proto
files; and what a sale needs to begin with."""
import grpc

FILES = ('onsale/v1/queue.proto', 'onsale/v1/catalog.proto', 'onsale/v1/wallet.proto',
         'onsale/v1/reservation.proto', 'onsale/v1/payment.proto', 'onsale/v1/event.proto',
         'onsale/v1/admin.proto', 'onsale/rpc/v1/health.proto', 'onsale/rpc/v1/rpc.proto')


class Client:
    """Every method of every service, by its name."""

    def __init__(self, address, modules, options=()):
        self.channel = grpc.insecure_channel(address, options=options)
        self.methods = {}
        for module in modules:
            for service in module.DESCRIPTOR.services_by_name.values():
                for method in service.methods:
                    self.methods[method.name] = self.make(service, method)

    def make(self, service, method):
        request = method.input_type._concrete_class
        kind = self.channel.unary_stream if method.server_streaming else self.channel.unary_unary
        call = kind('/%s/%s' % (service.full_name, method.name),
                    request_serializer=request.SerializeToString,
                    response_deserializer=method.output_type._concrete_class.FromString)
        call.request = request
        return call

    def future(self, name, timeout=None, metadata=(), **fields):
        call = self.methods[name]
        return call.future(call.request(**fields), timeout=timeout, metadata=metadata)

    def call(self, name, timeout=20, metadata=(), compression=None, **fields):
        call = self.methods[name]
        return call(call.request(**fields), timeout=timeout, metadata=metadata,
                    compression=compression)

    def stream(self, name, timeout=None, metadata=(), **fields):
        call = self.methods[name]
        return call(call.request(**fields), timeout=timeout, metadata=metadata)

    def refusal(self, name, **arguments):
        """The error that a call ends with."""
        try:
            answer = self.call(name, **arguments)
        except grpc.RpcError as error:
            return error
        raise AssertionError('%s was answered: %s' % (name, answer))

    def close(self):
        self.channel.close()


def trailers(error):
    return dict(error.trailing_metadata())


def open_sale(admin, active_max=100):
    """A concert of one performance with twenty seats, on sale, and a buyer."""
    admin.call('CreateUser', user_id=1)
    admin.call('ImportCatalogue', concert=dict(concert_id=1, title='콘서트'),
               layouts=[dict(layout_id=1, sections=[
                   dict(name='A', rows=[dict(name='1', first_number=1, seat_count=20)])])],
               performances=[dict(performance_id=1, concert_id=1, layout_id=1, starts_at_ms=2**42,
                                  sale_closes_at_ms=2**42, tiers=[dict(name='R', price=100)])])
    set_active_max(admin, active_max)


def set_active_max(admin, active_max):
    admin.call('SetQueuePolicy', concert_id=1, policy=dict(
        active_max=active_max, admissions_per_second=1000, waiting_lifetime_ms=3600000,
        waiting_rule='WAITING_RULE_FROM_ENTRY', active_lifetime_ms=3600000, hold_lifetime_ms=60000,
        purchase_limit=8))
