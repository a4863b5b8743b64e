"""onsale admin top in a terminal of 80 by 24, larger, dumb, and none: what is on the screen, keys,
signals, a server that goes away, and the terminal as it was before.

Usage: top_test.py ONSALED ONSALE EXAMPLES"""
import fcntl
import os
import pty
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

import pyte

DEADLINE_SECONDS = 60
ONSALED, ONSALE, EXAMPLES = sys.argv[1:4]


class Server:
    """A server in a folder of its own, that can die and come back."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix='onsale-top.')
        os.mkdir(self.folder + '/admin', 0o700)
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith('ONSALE_') and name not in ('COLUMNS', 'LINES')}
        self.environment['ONSALE_SERVER'] = f'ipc://{self.folder}/onsale.sock'
        self.process = None
        self.start()

    def start(self):
        url = f'ipc://{self.folder}'
        self.process = subprocess.Popen(
            [ONSALED, '--data', self.folder + '/data', '--listen', url + '/onsale.sock',
             '--watch', url + '/watch.sock', '--admin', url + '/admin/admin.sock'],
            stdout=subprocess.DEVNULL, stderr=open(self.folder + '/log', 'a'))
        self.run('--timeout', '20s', 'health')

    def crash(self):
        self.process.kill()
        self.process.wait()

    def run(self, *words, code=0):
        done = subprocess.run([ONSALE, *words], env=self.environment, capture_output=True, text=True,
                              timeout=DEADLINE_SECONDS)
        assert done.returncode == code, (words, done.returncode, done.stderr)
        return done.stdout

    def end(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder)


class Terminal:
    """The command on a terminal, and what a terminal emulator shows of it."""

    def __init__(self, server, words=(), lines=24, columns=80, name='xterm'):
        self.master, self.slave = pty.openpty()
        self.screen = pyte.Screen(columns, lines)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b''
        self.resize(lines, columns)
        self.before = termios.tcgetattr(self.slave)
        environment = dict(server.environment, TERM=name)
        self.process = subprocess.Popen(
            [ONSALE, 'admin', 'top', *words], env=environment, stdin=self.slave, stdout=self.slave,
            stderr=self.slave, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))

    def resize(self, lines, columns):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack('HHHH', lines, columns, 0, 0))
        self.screen.resize(lines, columns)

    def read(self, seconds):
        if select.select([self.master], [], [], seconds)[0]:
            piece = os.read(self.master, 65536)
            self.raw += piece
            self.stream.feed(piece)

    def wait_until(self, holds, what):
        until = time.monotonic() + DEADLINE_SECONDS
        while not holds():
            if time.monotonic() > until:
                raise AssertionError(what + '\n' + '\n'.join(self.screen.display))
            self.read(0.1)

    def wait_for(self, text):
        self.wait_until(lambda: any(text in line for line in self.screen.display), 'no ' + text)

    def type(self, keys):
        os.write(self.master, keys)

    def wait_for_end(self):
        self.wait_until(lambda: self.process.poll() is not None, 'it does not end')
        while select.select([self.master], [], [], 0)[0]:
            self.read(0)
        return self.process.returncode

    def assert_restored(self):
        assert termios.tcgetattr(self.slave) == self.before, 'the terminal has other settings'
        assert self.raw.count(b'\x1b[?1049h') == self.raw.count(b'\x1b[?1049l') > 0
        assert self.raw.rstrip().endswith(b'\x1b[?1049l')
        assert self.raw.rfind(b'\x1b[?25h') > self.raw.rfind(b'\x1b[?25l')

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)
        os.close(self.slave)


def everything_is_on_a_screen_of_80_by_24(server):
    terminal = Terminal(server, ['--every', '200ms'])
    terminal.wait_for('q ends')
    terminal.wait_for('EnterQueue')
    display = terminal.screen.display
    assert display[23].startswith('q ends'), display
    for text in ('Queue  waiting 1', 'Seats  taken 2 of 202', 'holds', 'REFUSED', 'TOKEN_NOT_ACTIVE',
                 'Flush half in', 'Memory', 'Store'):
        assert any(text in line for line in display), (text, display)
    if 'TOP_TEST_SCREEN' in os.environ:
        with open(os.environ['TOP_TEST_SCREEN'], 'w', encoding='utf-8') as out:
            out.write('\n'.join(display) + '\n')
    terminal.type(b'q')
    assert terminal.wait_for_end() == 0
    terminal.assert_restored()
    terminal.close()


def a_terminal_that_grows_and_shrinks_is_filled_anew(server):
    terminal = Terminal(server, ['--every', '60s'])
    terminal.wait_for('q ends')
    for lines, columns in ((40, 120), (12, 60), (24, 80)):
        terminal.resize(lines, columns)
        terminal.wait_until(
            lambda: terminal.screen.display[terminal.screen.lines - 1].startswith('q ends'),
            f'not filled at {lines} by {columns}')
    terminal.type(b'\x03')
    assert terminal.wait_for_end() == 0
    terminal.assert_restored()
    terminal.close()


def a_signal_that_ends_it_gives_the_terminal_back(server):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
        terminal = Terminal(server)
        terminal.wait_for('q ends')
        terminal.process.send_signal(number)
        assert terminal.wait_for_end() == 0
        terminal.assert_restored()
        terminal.close()


def the_end_of_the_keys_gives_the_terminal_back(server):
    terminal = Terminal(server, ['--every', '60s'])
    terminal.wait_for('q ends')
    settings = termios.tcgetattr(terminal.slave)
    settings[3] |= termios.ICANON
    termios.tcsetattr(terminal.slave, termios.TCSANOW, settings)
    terminal.type(b'\x04')
    assert terminal.wait_for_end() == 0
    terminal.assert_restored()
    terminal.close()


def a_server_that_goes_away_is_waited_for(server):
    terminal = Terminal(server, ['--every', '200ms'])
    terminal.wait_for('q ends')
    server.crash()
    terminal.wait_for('waiting for the server')
    server.start()
    terminal.wait_for('connected again')
    terminal.wait_for('Seats  taken 2 of 202')
    server.crash()
    terminal.wait_for('waiting for the server')
    terminal.type(b'q')
    assert terminal.wait_for_end() == 0
    terminal.assert_restored()
    terminal.close()
    server.start()


def a_dumb_terminal_and_a_pipe_get_plain_pages(server):
    terminal = Terminal(server, ['--every', '100ms'], lines=200, name='dumb')
    terminal.wait_until(lambda: terminal.raw.count(b'Queue  waiting') >= 2, 'no second page')
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.wait_for_end() == 0
    assert b'\x1b' not in terminal.raw
    terminal.close()
    page = server.run('admin', 'top', '--once', '--every', '100ms')
    assert page.count('Queue  waiting') == 1 and '\x1b' not in page, page
    page = server.run('admin', 'top', '--once', '--concert', '2', '--every', '100ms')
    assert '2 Monday Session' in page, page


def mistakes_have_a_word(server):
    server.run('admin', 'top', '--concert', '99', code=3)
    server.run('admin', 'top', '--every', '3fortnights', code=2)
    server.run('admin', 'top', '--json', code=8)
    server.crash()
    server.run('admin', 'top', code=7)


def sell(server):
    server.run('admin', 'import', EXAMPLES + '/club.json')
    server.run('admin', 'policy', 'set', '2', '--active-max', '1')
    for user in ('7', '8'):
        server.run('admin', 'create-user', user)
    token = [line.split()[1] for line in server.run('queue', 'enter', '2', '--user', '7').splitlines()
             if line.startswith('Token')][0]
    server.run('reserve', '21', 'FLOOR-A-1', 'FLOOR-A-2', '--token', token)
    token = [line.split()[1] for line in server.run('queue', 'enter', '2', '--user', '8').splitlines()
             if line.startswith('Token')][0]
    server.run('performance', 'list', '--token', token, code=5)


def main():
    server = Server()
    try:
        sell(server)
        for case in (everything_is_on_a_screen_of_80_by_24,
                     a_terminal_that_grows_and_shrinks_is_filled_anew,
                     a_signal_that_ends_it_gives_the_terminal_back,
                     the_end_of_the_keys_gives_the_terminal_back,
                     a_server_that_goes_away_is_waited_for,
                     a_dumb_terminal_and_a_pipe_get_plain_pages, mistakes_have_a_word):
            case(server)
            print('ok', case.__name__)
    finally:
        server.end()


main()
