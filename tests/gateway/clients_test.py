"""A client of another language calls a real gateway.
Usage: clients_test.py cpp|node CLIENT ONSALED GATEWAY PROTO_FOLDER GATEWAY_PROTO_FOLDER"""
import os
import shutil
import subprocess
import sys

import harness
import shop

SKIPPED = 77


def run_cpp(client, address):
    return subprocess.run([client, address], timeout=120).returncode


def run_node(client, address):
    """Its library comes from npm, and stays in the folder of the build."""
    if not shutil.which('node') or not shutil.which('npm'):
        print('skipped: there is no node or no npm')
        return SKIPPED
    packages = os.path.abspath('node-packages')  # meson runs tests in the build folder
    if not os.path.isdir(os.path.join(packages, 'node_modules', '@grpc', 'grpc-js')):
        os.makedirs(packages, mode=0o700, exist_ok=True)
        installed = subprocess.run(['npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts',
                                    '--prefix', packages, '@grpc/grpc-js'],
                                   stdout=subprocess.DEVNULL, timeout=120)
        if installed.returncode:
            print('skipped: npm gives no @grpc/grpc-js here')
            return SKIPPED
    environment = dict(os.environ, NODE_PATH=os.path.join(packages, 'node_modules'))
    return subprocess.run(['node', client, address], env=environment, timeout=120).returncode


def main(kind, client, onsaled, gateway, *protos):
    stage = harness.Stage(onsaled, gateway)
    modules = harness.generate(protos, stage.folder, *shop.FILES)
    admin = shop.Client(stage.admin, modules)
    admin.call('CreateUser', user_id=1)
    code = (run_cpp if kind == 'cpp' else run_node)(client, stage.public)
    assert admin.call('GetBalance', user_id=1).balance == 0
    stage.close()
    return code


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
