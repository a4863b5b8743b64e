"""What Prometheus reads, and what it makes of it: by Debian's promtool and prometheus.
Usage: metrics_test.py ONSALED GATEWAY ONSALE PACKAGING_FOLDER PROTO_FOLDER GATEWAY_PROTO_FOLDER"""
import concurrent.futures
import json
import os
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request

import harness
import shop


class Test:
    def __init__(self, onsaled, gateway, onsale, packaging, protos):
        self.stage = harness.Stage(onsaled, gateway, ('--metrics-listen', 'http://127.0.0.1:0'))
        self.address = self.stage.gateway.said(r'serving metrics on http://(\S+)').group(1)
        self.onsale = onsale
        self.packaging = packaging
        self.modules = harness.generate(protos, self.stage.folder, *shop.FILES)
        self.admin = shop.Client(self.stage.admin, self.modules)
        shop.open_sale(self.admin)

    def get(self, path='/metrics', method='GET'):
        """@return Status, content type and text."""
        request = urllib.request.Request('http://%s%s' % (self.address, path), method=method)
        try:
            with urllib.request.urlopen(request, timeout=harness.PATIENCE_S) as answer:
                return answer.status, answer.headers['content-type'], answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers['content-type'], error.read().decode()

    def text(self):
        status, kind, text = self.get()
        assert status == 200 and kind.startswith('text/plain; version=0.0.4'), (status, kind)
        return text

    def file(self, name):
        with open(os.path.join(self.packaging, name), encoding='utf-8') as file:
            return file.read()


def value(text, sample):
    found = re.search('^%s (.*)$' % re.escape(sample), text, re.MULTILINE)
    assert found, 'no ' + sample
    return float(found.group(1))


def families(text):
    return set(re.findall(r'^# TYPE (\S+)', text, re.MULTILINE))


def promtool_finds_nothing_wrong(test):
    test.admin.call('EnterQueue', user_id=1, concert_id=1)
    checked = subprocess.run(['promtool', 'check', 'metrics'], input=test.text(), text=True,
                             capture_output=True)
    assert checked.returncode == 0 and checked.stderr == '', checked.stderr
    broken = subprocess.run(['promtool', 'check', 'metrics'], input='onsale_x{ 1\n', text=True,
                            capture_output=True)
    assert broken.returncode != 0


def what_callers_did_is_told(test):
    enter = '{method="onsale.v1.QueueService/EnterQueue"'
    before = test.text()
    test.admin.call('EnterQueue', user_id=1, concert_id=1)
    assert 'USER_NOT_FOUND' in str(shop.trailers(
        test.admin.refusal('EnterQueue', user_id=77, concert_id=1)))
    after = test.text()
    good = 'onsale_calls_total%s,code="OK",reason="OK"}' % enter
    assert value(after, good) == value(before, good) + 1
    assert value(after, 'onsale_calls_total%s,code="NOT_FOUND",reason="USER_NOT_FOUND"}' % enter) >= 1
    assert value(after, 'onsale_call_duration_seconds_sum%s}' % enter) > 0
    assert value(after, 'onsale_flush_duration_seconds_sum') > 0
    assert value(after, 'onsale_seats{concert="1",performance="1"}') == 20
    assert value(after, 'onsale_process_resident_memory_bytes') > 1024 * 1024
    assert value(after, 'onsale_journal_used_bytes') > 0
    assert 'onsale_build_info{version=' in after


def the_command_prints_the_same_families(test):
    url = 'ipc://' + test.stage.folder + '/admin/admin.sock'
    printed = subprocess.run([test.onsale, 'admin', 'metrics', '--admin', url], text=True,
                             check=True, capture_output=True).stdout
    assert families(printed) == families(test.text())


def nothing_else_is_served_there(test):
    for path in ('/', '/metrics/x', '/metricsx', '/v1/admin/stats', '/api/concert'):
        assert test.get(path)[0] == 404, path
    assert test.get(method='POST')[0] == 405
    status, _, text = test.get(method='HEAD')
    assert status == 200 and text == ''
    elsewhere = urllib.request.Request('http://%s/metrics' % test.stage.public)
    try:
        urllib.request.urlopen(elsewhere, timeout=harness.PATIENCE_S)
        raise AssertionError('metrics are told to everybody')
    except urllib.error.HTTPError as error:
        assert error.code == 404


def ten_at_once_and_slow_ones_are_no_trouble(test):
    host, port = test.address.split(':')
    slow = []
    for _ in range(20):
        peer = socket.socket()
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        peer.connect((host, int(port)))
        peer.sendall(b'GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n' * 4) # and reads nothing
        slow.append(peer)
    half = socket.create_connection((host, int(port)))
    half.sendall(b'GET /metr')
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        texts = list(pool.map(lambda _: test.text(), range(50)))
    assert all(families(text) == families(texts[0]) for text in texts)
    for peer in (*slow, half):
        peer.close()


def a_server_that_is_away_is_told(test):
    test.stage.server.terminate()
    test.stage.server.wait()
    assert test.get()[0] == 503
    test.stage.start_server()
    harness.wait_until(lambda: test.get()[0] == 200, 'that it answers again')


class Prometheus:
    """With the rules as they are packaged, but for their patience."""

    def __init__(self, test):
        folder = test.stage.folder
        with open(folder + '/onsale.yml', 'w', encoding='utf-8') as file:
            file.write(re.sub(r'for: \d+[sm]', 'for: 0s', test.file('prometheus/onsale.yml')))
        config = test.file('prometheus/prometheus.yml').replace('5s', '1s')
        with open(folder + '/prometheus.yml', 'w', encoding='utf-8') as file:
            file.write(config.replace('127.0.0.1:9464', test.address))
        self.process = harness.Process(folder, 'prometheus', [
            'prometheus', '--config.file=' + folder + '/prometheus.yml',
            '--storage.tsdb.path=' + folder + '/prometheus', '--web.listen-address=127.0.0.1:0'])
        self.address = self.process.will_say(
            r'msg="Listening on" address=(127\.0\.0\.1:\d+)').group(1)
        self.process.will_say('Server is ready')

    def ask(self, path, **parameters):
        url = 'http://%s/api/v1/%s?%s' % (self.address, path, urllib.parse.urlencode(parameters))
        with urllib.request.urlopen(url, timeout=harness.PATIENCE_S) as answer:
            return json.load(answer)['data']

    def result(self, expression):
        return self.ask('query', query=expression)['result']

    def firing(self):
        return {alert['labels']['alertname'] for alert in self.ask('alerts')['alerts']
                if alert['state'] == 'firing'}


def prometheus_sees_alerts_fire_and_end(test):
    prometheus = Prometheus(test)
    try:
        harness.wait_until(lambda: prometheus.result('up == 1'), 'that it scrapes')
        harness.wait_until(lambda: prometheus.result('onsale_users == 1'), 'that it reads numbers')
        harness.wait_until(lambda: 'OnsaleDown' not in prometheus.firing(), 'that all is well')
        test.stage.server.freeze()
        harness.wait_until(lambda: 'OnsaleDown' in prometheus.firing(), 'that it says OnsaleDown')
        test.stage.server.thaw()
        harness.wait_until(lambda: 'OnsaleDown' not in prometheus.firing(), 'that it is over')
        every_expression_of_the_dashboard_has_an_answer(test, prometheus)
    finally:
        prometheus.process.stop()


def every_expression_of_the_dashboard_has_an_answer(test, prometheus):
    test.admin.call('CreateUser', user_id=2)
    token = test.admin.call('EnterQueue', user_id=2, concert_id=1).token
    for seat in range(3):
        test.admin.call('HoldSeats', token=token, performance_id=1, seat_indexes=[seat],
                        reservation_id=os.urandom(16))
    test.admin.refusal('EnterQueue', user_id=77, concert_id=1)
    panels = json.loads(test.file('grafana/dashboard.json'))['panels']
    expressions = [target['expr'] for panel in panels for target in panel['targets']]
    assert len(expressions) > 20
    for expression in expressions:
        for name, found in (('$instance', '.*'), ('$concert', '.*'), ('$__rate_interval', '1m')):
            expression = expression.replace(name, found)
        prometheus.result(expression)
        if 'onsale_frames_refused_total' not in expression:  # none was, so there is no such sample
            harness.wait_until(lambda: prometheus.result(expression), 'an answer to ' + expression)


def rules_and_dashboard_name_what_there_is(test):
    subprocess.run(['promtool', 'check', 'rules', test.packaging + '/prometheus/onsale.yml'],
                   check=True, capture_output=True)
    subprocess.run(['promtool', 'check', 'config', test.packaging + '/prometheus/prometheus.yml'],
                   check=True, capture_output=True)
    told = families(test.text())
    for name in ('prometheus/onsale.yml', 'grafana/dashboard.json'):
        for metric in set(re.findall(r'onsale_[a-z_]+', test.file(name))):
            assert re.sub(r'_(bucket|sum|count)$', '', metric) in told, (name, metric)


if __name__ == '__main__':
    test = Test(*sys.argv[1:5], sys.argv[5:])
    failed = harness.run([
        promtool_finds_nothing_wrong,
        what_callers_did_is_told,
        the_command_prints_the_same_families,
        nothing_else_is_served_there,
        ten_at_once_and_slow_ones_are_no_trouble,
        a_server_that_is_away_is_told,
        rules_and_dashboard_name_what_there_is,
        prometheus_sees_alerts_fire_and_end,
    ], test)
    test.stage.close()
    sys.exit(failed > 0)
