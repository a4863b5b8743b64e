"""JSON as Google's own library for Python writes and reads it is what src/json reads and writes.

Usage: other_json_test.py CONVERT PROTO_FOLDER EVERYTHING_FOLDER
Random messages of every method, and of a message with every kind of field.
"""
import importlib
import random
import subprocess
import sys
import tempfile

try:
    from google.protobuf import json_format
    from google.protobuf.descriptor import FieldDescriptor as Field
except ImportError:
    print('skipped, for python3-protobuf is not here')
    sys.exit(77)

ROUNDS = 60
FILES = ['google/api/http.proto', 'google/api/annotations.proto'] + [
    'onsale/v1/%s.proto' % name
    for name in ('queue', 'catalog', 'wallet', 'reservation', 'payment', 'event', 'admin')
] + ['onsale/rpc/v1/health.proto', 'everything.proto']

INTEGERS = {
    Field.CPPTYPE_INT32: (-2**31, 2**31 - 1), Field.CPPTYPE_UINT32: (0, 2**32 - 1),
    Field.CPPTYPE_INT64: (-2**63, 2**63 - 1), Field.CPPTYPE_UINT64: (0, 2**64 - 1)}


def any_value(field, random_of):
    kind = field.cpp_type
    if kind in INTEGERS:
        low, high = INTEGERS[kind]
        return random_of.choice([0, 1, low, high, random_of.randint(low, high), 2**31 - 1])
    if kind == Field.CPPTYPE_ENUM:
        return random_of.choice([value.number for value in field.enum_type.values] + [12345])
    if kind == Field.CPPTYPE_BOOL:
        return random_of.random() < 0.5
    if field.type == Field.TYPE_BYTES:
        return bytes(random_of.randrange(256) for _ in range(random_of.randrange(20)))
    if kind == Field.CPPTYPE_STRING:
        return ''.join(random_of.choice('a"\\\n\t/좌석\U0001F3AB\x7f\x01é<') for _ in range(random_of.randrange(9)))
    return random_of.choice([0.1, -1.5e300 if kind == Field.CPPTYPE_DOUBLE else 3.25e38, 1e-7, float('inf'),
                             float('-inf'), random_of.random(), 123456789.0, 5e-324 if
                             kind == Field.CPPTYPE_DOUBLE else 1e-40])


def fill(message, random_of, depth=0):
    for field in message.DESCRIPTOR.fields:
        if random_of.random() < 0.4:
            continue
        is_list = field.label == Field.LABEL_REPEATED
        if field.cpp_type == Field.CPPTYPE_MESSAGE:
            if depth > 2:
                continue
            for _ in range(random_of.randrange(3) if is_list else 1):
                inner = getattr(message, field.name)
                inner = inner.add() if is_list else inner
                inner.SetInParent() if not is_list else None
                fill(inner, random_of, depth + 1)
        elif is_list:
            getattr(message, field.name).extend(any_value(field, random_of) for _ in range(random_of.randrange(4)))
        else:
            setattr(message, field.name, any_value(field, random_of))


class Converter:
    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        encoding='utf-8')

    def ask(self, line):
        self.process.stdin.write(line + '\n')
        self.process.stdin.flush()
        return self.process.stdout.readline().rstrip('\n')


def compare(converter, message):
    """One message, in both directions. @return What differs, or None."""
    name = message.DESCRIPTOR.full_name
    packed = message.SerializeToString(deterministic=True).hex()
    theirs = json_format.MessageToJson(message, indent=None, ensure_ascii=False)
    ours = converter.ask('write %s %s' % (name, packed))
    for text in (ours, converter.ask('writeall %s %s' % (name, packed))):
        if json_format.Parse(text, type(message)()) != message:
            return 'written so, and read otherwise: ' + text
    read = converter.ask('read %s %s' % (name, theirs))
    again = None if read.startswith('!') else type(message).FromString(bytes.fromhex(read))
    return None if again == message else 'read from %s: %s' % (theirs, read)


def main():
    program, protos, everything = sys.argv[1:]
    random_of = random.Random(20261129)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(['protoc', '-I', protos, '-I', everything, '--python_out=' + folder, *FILES], check=True)
        sys.path.insert(0, folder)
        modules = [importlib.import_module(name[:-len('.proto')].replace('/', '.') + '_pb2') for name in FILES[2:]]
    types = {modules[-1].Everything.DESCRIPTOR.full_name: modules[-1].Everything}
    for module in modules:
        for service in module.DESCRIPTOR.services_by_name.values():
            for method in service.methods:
                for kind in (method.input_type, method.output_type):
                    types[kind.full_name] = kind._concrete_class
    converter = Converter(program)
    wrong = compared = 0
    for name in sorted(types):
        for _ in range(ROUNDS * 10 if name.startswith('everything') else ROUNDS):
            message = types[name]()
            fill(message, random_of)
            problem = compare(converter, message)
            compared += 1
            if problem is not None:
                wrong += 1
                print('%s: %s' % (name, problem[:600]))
    print('%d messages of %d types, %d differ' % (compared, len(types), wrong))
    sys.exit(1 if wrong or compared < 1000 else 0)


main()
