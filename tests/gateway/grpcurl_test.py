"""What README.md says of grpcurl, by grpcurl itself: it knows no .proto file and asks by reflection, up
to version 1.8.7 by v1alpha, from 1.8.8 on by v1. It is not in Debian: without it the test is skipped."""
import json
import shutil
import subprocess
import sys

import harness
import web

SKIPPED = 77


class Grpcurl:
    def __init__(self, program, stage):
        self.program, self.address = program, stage.public

    def run(self, *arguments, request=None):
        """@return Exit code; what it has said and, if it failed, why."""
        data = [] if request is None else ['-d', json.dumps(request)]
        done = subprocess.run([self.program, '-plaintext', *data, self.address, *arguments],
                              stdin=subprocess.DEVNULL, capture_output=True, encoding='utf-8',
                              timeout=harness.PATIENCE_S)
        return done.returncode, done.stdout + done.stderr

    def will_say(self, *arguments, request=None):
        code, said = self.run(*arguments, request=request)
        assert code == 0, (arguments, code, said)
        return said


def services_and_methods_are_listed(grpcurl):
    services = grpcurl.will_say('list').split()
    assert 'onsale.v1.WalletService' in services, services
    assert 'grpc.health.v1.Health' in services, services
    methods = grpcurl.will_say('list', 'onsale.v1.WalletService').split()
    assert 'onsale.v1.WalletService.GetBalance' in methods, methods
    for service in services:
        if not service.startswith('grpc.reflection.'):  # grpcurl has its own of that
            assert grpcurl.will_say('list', service).split(), service


def services_methods_and_messages_are_described(grpcurl):
    said = grpcurl.will_say('describe', 'onsale.v1.WalletService')
    assert 'rpc GetBalance ( .onsale.v1.GetBalanceRequest )' in said, said
    assert 'google.api.http' in said, said  # what it imports was told, too
    said = grpcurl.will_say('describe', 'onsale.v1.WalletService.GetBalance')
    assert 'is a method' in said, said
    said = grpcurl.will_say('describe', 'onsale.v1.GetBalanceRequest')
    assert 'uint64 user_id = 1;' in said, said
    code, said = grpcurl.run('describe', 'onsale.v1.Moon')
    assert code != 0 and 'not found' in said.lower(), said


def calls_are_answered(grpcurl):
    charge = {'user_id': 7, 'charge_id': 'AAAAAAAAAAAAAAAAAAAAAQ==', 'amount': 5000}
    grpcurl.will_say('onsale.v1.WalletService/ChargeBalance', request=charge)
    said = grpcurl.will_say('onsale.v1.WalletService/GetBalance', request={'user_id': 7})
    assert json.loads(said)['balance'] == '5000', said
    said = grpcurl.will_say('grpc.health.v1.Health/Check')
    assert json.loads(said) == {'status': 'SERVING'}, said


def refusals_come_with_their_details(grpcurl):
    code, said = grpcurl.run('onsale.v1.WalletService/GetBalance', request={'user_id': 0})
    assert code == 64 + 3, (code, said)  # INVALID_ARGUMENT
    for part in ('Code: InvalidArgument', 'google.rpc.ErrorInfo', 'onsale.rpc.v1.BadField'):
        assert part in said, said
    code, said = grpcurl.run('onsale.v1.WatchService/WatchQueueEntry', request={'token': 'AAAA'})
    assert code == 64 + 16 and 'the queue token is not valid' in said, (code, said)  # UNAUTHENTICATED


def main(onsaled, gateway):
    program = shutil.which('grpcurl')
    if program is None:
        print('skipped, for there is no grpcurl')
        return SKIPPED
    stage = harness.Stage(onsaled, gateway)
    try:
        web.open_sale(web.Caller(stage.admin), 10, active_max=1)
        return harness.run([services_and_methods_are_listed,
                            services_methods_and_messages_are_described, calls_are_answered,
                            refusals_come_with_their_details], Grpcurl(program, stage))
    finally:
        stage.close()


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
