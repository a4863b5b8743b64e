"""A real onsaled behind a real onsale-gateway, for tests in Python: in a temporary folder, on ports
that the system gives, and gone when the test is."""
import importlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

PATIENCE_S = 30


def start(arguments, **options):
    """Starts a program that is killed when the test dies. Python itself runs nothing between fork
    and exec: where it would, a fork waits for threads of grpcio, on Debian 13 forever."""
    return subprocess.Popen(['setpriv', '--pdeathsig', 'KILL', *arguments], **options)


def wait_until(condition, what):
    """Looks at a condition until it is true, and gives what it has become."""
    give_up = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up:
        found = condition()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError('never came true: ' + what)


class Process:
    """A program whose output goes to a file."""

    def __init__(self, folder, name, arguments):
        self.log_path = os.path.join(folder, name + '.log')
        self.log = open(self.log_path, 'ab')
        self.process = start(arguments, stdout=self.log, stderr=self.log)
        self.pid = self.process.pid

    def said(self, pattern):
        with open(self.log_path, encoding='utf-8') as log:
            return re.search(pattern, log.read())

    def will_say(self, pattern):
        def look():
            assert self.process.poll() is None, 'it ended: ' + self.text()
            return self.said(pattern)
        return wait_until(look, pattern)

    def text(self):
        with open(self.log_path, encoding='utf-8') as log:
            return log.read()

    def freeze(self):
        """Until it is thawed it does nothing."""
        os.kill(self.pid, signal.SIGSTOP)

        def is_frozen():
            tasks = '/proc/%d/task' % self.pid
            return all(open('%s/%s/stat' % (tasks, task)).read().rsplit(')')[1].split()[0] == 'T'
                       for task in os.listdir(tasks))
        wait_until(is_frozen, 'that it is frozen')

    def thaw(self):
        os.kill(self.pid, signal.SIGCONT)

    def terminate(self):
        self.process.terminate()

    def wait(self):
        """@return Its exit code."""
        return self.process.wait(PATIENCE_S * 2)

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.log.close()


class Stage:
    """The two programs, and where to reach them."""

    def __init__(self, onsaled, gateway, options=(), server_options=()):
        self.programs = onsaled, gateway
        self.server_options = server_options
        self.folder = tempfile.mkdtemp(prefix='onsale-gateway-test.')
        self.server_url = 'ipc://' + self.folder + '/onsale.sock'
        self.server = None
        self.gateway = None
        self.gateways = []
        self.start_server()
        self.start_gateway(options)

    def start_server(self):
        self.server = Process(self.folder, 'onsaled', [
            self.programs[0], '--data', self.folder + '/data', '--listen', self.server_url,
            *self.server_options])
        self.server.will_say('serving from')

    def start_gateway(self, options=()):
        self.gateway = Process(self.folder, 'gateway%d' % len(self.gateways), [
            self.programs[1], '--listen', 'http://127.0.0.1:0', '--admin-listen',
            'http://127.0.0.1:0', '--server', self.server_url, *options])
        self.gateways.append(self.gateway)
        self.admin = self.gateway.will_say(r'serving administration on http://(\S+)').group(1)
        self.public = self.gateway.said(r'serving on http://(\S+)').group(1)

    def close(self):
        for process in (*self.gateways, self.server):
            process.stop()
        shutil.rmtree(self.folder)


# What the .proto files import for their options; Python wants modules of it.
IMPORTED = ('google/api/http.proto', 'google/api/annotations.proto')


def generate(protos, folder, *names):
    """Makes Python's messages of .proto files. @return The modules."""
    roots = [argument for root in protos for argument in ('-I', root)]
    subprocess.run(['protoc', *roots, '--python_out=' + folder, *names, *IMPORTED], check=True)
    sys.path.insert(0, folder)
    return [load(folder, name[:-len('.proto')] + '_pb2') for name in names]


def load(folder, name):
    """A module by its file, if its package has the name of grpcio's."""
    if not name.startswith('grpc/'):
        return importlib.import_module(name.replace('/', '.'))
    spec = importlib.util.spec_from_file_location(name.replace('/', '_'),
                                                  os.path.join(folder, name + '.py'))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(tests, *arguments):
    """Runs functions one after the other, each on its own arguments; tells how each has ended."""
    failed = 0
    for test in tests:
        name = test.__name__.replace('_', ' ')
        started = time.monotonic()
        try:
            test(*arguments)
            print('ok   %5.1f s  %s' % (time.monotonic() - started, name), flush=True)
        except Exception:
            failed += 1
            print('FAILED  ' + name)
            traceback.print_exc(file=sys.stdout)
    return failed
