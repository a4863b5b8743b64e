"""Every door that is closed: certificates, names, keys, roles, rates, and what speaks TLS where it
is not spoken. The certificates are made by openssl, the clients are Python's."""
import http.client
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile

import certificates
import harness
import web


class Stage(harness.Stage):
    """A gateway that is listened to with and without TLS, for everybody and for administration."""

    def __init__(self, onsaled, gateway):
        self.papers = tempfile.mkdtemp(prefix='onsale-papers.')
        self.authority = certificates.Authority(self.papers, 'authority')
        self.server_pair = self.sign_server()
        self.operator = self.authority.sign('operator', 'x', 'URI:spiffe://shop/operator')
        self.billing = self.authority.sign('billing', 'billing.shop')
        self.stranger = self.authority.sign('stranger', 'stranger', 'DNS:billing.shop.example')
        other = certificates.Authority(self.papers, 'other')
        self.rogue = other.sign('rogue', 'x', 'URI:spiffe://shop/operator')
        self.keys = {name: self.make_key(gateway, name) for name in ('partner', 'boss', 'slow')}
        self.access = os.path.join(self.papers, 'access')
        self.write_access('partner', 'boss', 'slow')
        super().__init__(onsaled, gateway, [
            '--listen', 'https://127.0.0.1:0', '--admin-listen', 'https://127.0.0.1:0',
            '--certificate', self.server_pair[0], '--private-key', self.server_pair[1],
            '--client-ca', self.authority.certificate, '--access', self.access])
        self.tls = self.gateway.said(r'serving on https://(\S+)').group(1)
        self.admin_tls = self.gateway.said(r'serving administration on https://(\S+)').group(1)

    def sign_server(self):
        return self.authority.sign('server', 'gateway', 'IP:127.0.0.1,DNS:localhost')

    def make_key(self, gateway, name):
        key, line = subprocess.check_output([gateway, '--make-key', name], text=True).splitlines()
        assert len(key) >= 43 and key not in line
        assert line.startswith('key %s ' % name) and line.endswith(' service'), line
        return key, line

    def write_access(self, *keys):
        roles = {'partner': 'service', 'boss': 'admin', 'slow': 'public rate=1 burst=2 at-once=2'}
        with open(self.access, 'w', encoding='ascii') as file:
            file.write('# who is who\n\neverybody public\n'
                       'certificate spiffe://shop/operator admin\n'
                       'certificate billing.shop service # by its common name\n')
            for name in keys:
                file.write(self.keys[name][1].rsplit(' ', 1)[0] + ' ' + roles[name] + '\n')

    def reload(self, pattern):
        before = self.gateway.text().count(pattern)
        self.gateway.process.send_signal(signal.SIGHUP)
        harness.wait_until(lambda: self.gateway.text().count(pattern) > before, pattern)

    def client(self, pair=None, protocols=None):
        context = ssl.create_default_context(cafile=self.authority.certificate)
        if pair:
            context.load_cert_chain(*pair)
        if protocols:
            context.set_alpn_protocols(protocols)
        return context

    def ask(self, address, path, pair=None, key=None, method='GET', body=None):
        """@return Status, what it says, and headers."""
        if address in (self.tls, self.admin_tls):
            connection = http.client.HTTPSConnection(*web.split(address), timeout=30,
                                                     context=self.client(pair))
        else:
            connection = http.client.HTTPConnection(*web.split(address), timeout=30)
        headers = {'x-api-key': key} if key else {}
        if body is not None:
            headers['content-type'] = 'application/json'
            body = json.dumps(body)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        said = answer.read()
        connection.close()
        return answer.status, json.loads(said) if said else None, answer.headers

    def close(self):
        super().close()
        shutil.rmtree(self.papers)


def reason(said):
    return said['error']['details'][0]['reason']


def is_hung_up_on(act):
    """Whether a connection ends instead of being served; in TLS 1.3 a client learns only when it
    reads that its certificate was refused."""
    try:
        act()
    except (ssl.SSLError, ConnectionError, http.client.HTTPException):
        return True
    return False


def administration_takes_nobody_without_a_certificate(stage):
    assert is_hung_up_on(lambda: stage.ask(stage.admin_tls, '/v1/admin/stats'))


def a_certificate_of_another_authority_is_refused(stage):
    for address in (stage.admin_tls, stage.tls):
        assert is_hung_up_on(lambda: stage.ask(address, '/v1/concerts', stage.rogue))


def a_certificate_of_another_name_is_no_administrator(stage):
    for pair in (stage.stranger, stage.billing):
        status, said, _ = stage.ask(stage.admin_tls, '/v1/admin/stats', pair)
        assert (status, reason(said)) == (403, 'ROLE_NEEDED'), said
    status, said, _ = stage.ask(stage.admin_tls, '/v1/admin/stats', stage.operator)
    assert status == 200 and said['version'], said


def a_name_that_only_begins_alike_is_another(stage):
    """billing.shop.example stands in the certificate, billing.shop in the rules."""
    status, said, _ = stage.ask(stage.tls, '/v1/events', stage.stranger)
    assert (status, reason(said)) == (403, 'ROLE_NEEDED'), said
    assert stage.ask(stage.tls, '/v1/events', stage.billing)[0] == 200


def administration_in_plain_http_needs_the_key_of_an_administrator(stage):
    for key in (None, stage.keys['partner'][0]):
        status, said, _ = stage.ask(stage.admin, '/v1/admin/stats', key=key)
        assert (status, reason(said)) == (403, 'ROLE_NEEDED'), said
    assert stage.ask(stage.admin, '/v1/admin/stats', key=stage.keys['boss'][0])[0] == 200


def methods_of_administration_have_a_listener_of_their_own(stage):
    for address, pair, key in ((stage.public, None, stage.keys['boss'][0]),
                               (stage.tls, stage.operator, None)):
        assert stage.ask(address, '/v1/admin/stats', pair, key)[0] == 404
        status, _, _ = stage.ask(address, '/v1/admin/users', pair, key, 'POST', {'userId': 5})
        assert status == 404


def a_wrong_key_is_refused_whatever_else_is_shown(stage):
    good = stage.keys['partner'][0]
    for key in ('x', good[:-1], good + 'x', good.upper(), stage.keys['partner'][1].split()[2]):
        status, said, _ = stage.ask(stage.public, '/v1/concerts', key=key)
        assert (status, reason(said)) == (401, 'KEY_UNKNOWN'), (key, said)
    assert is_served(stage, good)


def is_served(stage, key):
    return stage.ask(stage.public, '/v1/concerts', key=key)[0] == 200


def events_are_for_services(stage):
    status, said, _ = stage.ask(stage.public, '/v1/events')
    assert (status, reason(said)) == (403, 'ROLE_NEEDED'), said
    assert stage.ask(stage.public, '/v1/events', key=stage.keys['partner'][0])[0] == 200
    assert stage.ask(stage.public, '/v1/concerts')[0] == 200


def who_asks_too_often_waits(stage):
    key = stage.keys['slow'][0]
    answers = [stage.ask(stage.public, '/v1/concerts', key=key) for _ in range(6)]
    refused = [answer for answer in answers if answer[0] != 200]
    assert refused, 'a rate of 1 let 6 in'
    for status, said, headers in refused:
        assert (status, reason(said)) == (429, 'RATE_EXCEEDED'), said
        assert 1 <= int(headers['retry-after']) <= 2, headers['retry-after']
    assert stage.ask(stage.public, '/v1/concerts')[0] == 200, 'others are let in'
    harness.wait_until(lambda: is_served(stage, key), 'it is let in again')


def who_has_too_much_under_way_waits(stage):
    """Two streams are all that the key may have."""
    admin = lambda path, body: stage.ask(stage.admin, path, None, stage.keys['boss'][0], 'POST',
                                         body)[0]
    assert admin('/v1/admin/catalogue:import', {
        'concert': {'concertId': 1, 'title': 'x'},
        'layouts': [{'layoutId': 1, 'sections': [{'name': 'A', 'rows': [
            {'name': '1', 'firstNumber': 1, 'seatCount': 1}]}]}],
        'performances': [{'performanceId': 1, 'concertId': 1, 'layoutId': 1, 'startsAtMs': 2**42,
                          'saleClosesAtMs': 2**42, 'tiers': [{'name': 'R'}]}]}) == 200
    key = stage.keys['slow'][0]
    open_stream = lambda: web.Events(stage.public, 'sale/1', headers={'x-api-key': key})
    streams = []
    while len(streams) < 2:
        stream = open_stream()
        if stream.status == 200:
            streams.append(stream)
    refused = open_stream()
    assert refused.status == 429, refused.status
    for stream in streams:
        stream.close()
    harness.wait_until(lambda: is_served(stage, key), 'its place is free again')


def plain_http_on_a_tls_port_is_hung_up_on(stage):
    connection = socket.create_connection(web.split(stage.tls), timeout=30)
    connection.sendall(b'GET /v1/concerts HTTP/1.1\r\nhost: x\r\n\r\n')
    assert is_over(connection)


def is_over(connection):
    said = b''
    try:
        while (more := connection.recv(65536)):
            said += more
    except ConnectionError:
        pass
    return not said.startswith(b'HTTP')


def tls_on_a_plain_port_is_hung_up_on(stage):
    connection = socket.create_connection(web.split(stage.public), timeout=30)
    assert is_hung_up_on(lambda: stage.client().wrap_socket(connection,
                                                            server_hostname='localhost'))


def an_older_tls_is_refused(stage):
    context = stage.client()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    connection = socket.create_connection(web.split(stage.tls), timeout=30)
    assert is_hung_up_on(lambda: context.wrap_socket(connection, server_hostname='localhost'))


def the_protocol_is_agreed_on(stage):
    for offered, chosen in ((['h2', 'http/1.1'], 'h2'), (['http/1.1'], 'http/1.1'),
                            (['http/1.1', 'h2'], 'h2'), (None, None)):
        connection = socket.create_connection(web.split(stage.tls), timeout=30)
        with stage.client(protocols=offered).wrap_socket(
                connection, server_hostname='localhost') as encrypted:
            assert encrypted.selected_alpn_protocol() == chosen
            assert encrypted.version() == 'TLSv1.3'
    connection = socket.create_connection(web.split(stage.tls), timeout=30)
    assert is_hung_up_on(lambda: stage.client(protocols=['spdy/3']).wrap_socket(
        connection, server_hostname='localhost'))


def certificates_change_without_losing_a_connection(stage):
    old = http.client.HTTPSConnection(*web.split(stage.tls), context=stage.client(), timeout=30)
    old.request('GET', '/v1/concerts')
    assert old.getresponse().read()
    number = lambda: ssl.get_server_certificate(web.split(stage.tls))
    before = number()
    with open(stage.server_pair[0], 'r+', encoding='ascii') as file:
        kept = file.read()
        file.seek(0)
        file.truncate()
    stage.reload('stay as they were')
    assert number() == before
    stage.sign_server()
    stage.reload('were read again')
    assert number() != before and kept
    old.request('GET', '/v1/concerts')
    assert old.getresponse().status == 200
    old.close()


def a_key_that_is_taken_out_is_good_no_more(stage):
    key = stage.keys['partner'][0]
    connection = http.client.HTTPConnection(*web.split(stage.public), timeout=30)
    ask = lambda: (connection.request('GET', '/v1/concerts', headers={'x-api-key': key}),
                   connection.getresponse())[1]
    answer = ask()
    assert answer.status == 200 and answer.read()
    stage.write_access('boss')
    stage.reload('were read again')
    answer = ask()
    assert answer.status == 401 and answer.read()
    with open(stage.access, 'a', encoding='ascii') as file:
        file.write('key nonsense\n')
    stage.reload('stay as they were')
    assert stage.gateway.said('access: line 7 has no SHA-256')
    stage.write_access('partner', 'boss', 'slow')
    stage.reload('were read again')
    answer = ask()
    assert answer.status == 200 and answer.read()


def two_gateways_stand_beside_each_other(stage):
    first, public = stage.gateway, stage.public
    stage.start_gateway()
    assert stage.ask(public, '/v1/concerts')[0] == 200
    assert stage.ask(stage.public, '/v1/concerts')[0] == 200
    stage.gateway.terminate()
    assert stage.gateway.wait() == 0
    assert stage.ask(public, '/v1/concerts')[0] == 200
    stage.gateway, stage.public = first, public


def half_a_protection_does_not_start(stage):
    for arguments, problem in (
            (['--admin-listen', 'http://0.0.0.0:0'], 'needs https'),
            (['--listen', 'https://127.0.0.1:0'], 'needs --certificate'),
            (['--certificate', 'x'], 'go together'),
            (['--require-certificate'], 'needs --client-ca'),
            (['--admin-listen', 'https://127.0.0.1:0', '--certificate', stage.server_pair[0],
              '--private-key', stage.server_pair[1]], 'needs --client-ca and --access'),
            (['--access', stage.server_pair[1]], 'line 1 begins with none of'),
            (['--certificate', stage.server_pair[0], '--private-key', stage.operator[1]],
             "can't be used")):
        run = subprocess.run([stage.programs[1], '--server', stage.server_url, *arguments],
                             capture_output=True, text=True, timeout=30, check=False)
        assert run.returncode in (1, 2), (arguments, run.returncode)
        assert problem in run.stderr, (arguments, run.stderr)


def main():
    stage = Stage(*sys.argv[1:3])
    failed = harness.run([
        administration_takes_nobody_without_a_certificate,
        a_certificate_of_another_authority_is_refused,
        a_certificate_of_another_name_is_no_administrator,
        a_name_that_only_begins_alike_is_another,
        administration_in_plain_http_needs_the_key_of_an_administrator,
        methods_of_administration_have_a_listener_of_their_own,
        a_wrong_key_is_refused_whatever_else_is_shown, events_are_for_services,
        who_asks_too_often_waits, who_has_too_much_under_way_waits,
        plain_http_on_a_tls_port_is_hung_up_on, tls_on_a_plain_port_is_hung_up_on,
        an_older_tls_is_refused, the_protocol_is_agreed_on,
        certificates_change_without_losing_a_connection, a_key_that_is_taken_out_is_good_no_more,
        two_gateways_stand_beside_each_other, half_a_protection_does_not_start], stage)
    stage.gateway.terminate()
    code = stage.gateway.wait()
    if failed or code != 0:
        print(stage.gateway.text())
    stage.close()
    return failed or code


if __name__ == '__main__':
    sys.exit(main())
