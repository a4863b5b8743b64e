// node_client.js ADDRESS -- A client of gRPC in JavaScript, by @grpc/grpc-js, which calls the gateway
// by bytes.
'use strict';
const assert = require('assert');
const grpc = require('@grpc/grpc-js');

const IN_FLIGHT = 1000;
const client = new grpc.Client(process.argv[2], grpc.credentials.createInsecure());
const bytes = value => value;

function call(method, request, metadata = new grpc.Metadata(), options = {}) {
  return new Promise(resolve => {
    client.makeUnaryRequest(method, bytes, bytes, request, metadata, options,
      (error, response) => resolve({error, response}));
  });
}

const getBalance = (user, ...more) =>
  call('/onsale.v1.WalletService/GetBalance', Buffer.from([8, user]), ...more);

async function answersAndRefuses() {
  assert.strictEqual((await getBalance(1)).error, null);
  const metadata = new grpc.Metadata();
  metadata.set('accept-language', 'ko-KR,en;q=0.5');
  const {error} = await getBalance(99, metadata);
  assert.strictEqual(error.code, grpc.status.NOT_FOUND);
  assert.strictEqual(error.details, '존재하지 않는 유저입니다.');
  assert.deepStrictEqual(error.metadata.get('onsale-reason'), ['USER_NOT_FOUND']);
  assert.ok(error.metadata.get('grpc-status-details-bin')[0].includes('google.rpc.ErrorInfo'));
  const unknown = await call('/onsale.v1.WalletService/Nothing', Buffer.alloc(0));
  assert.strictEqual(unknown.error.code, grpc.status.UNIMPLEMENTED);
}

async function manyAtOnce() {
  const answers = await Promise.all(Array.from({length: IN_FLIGHT}, () => getBalance(1)));
  assert.ok(answers.every(answer => answer.error === null));
}

async function deadlines() {
  const answers = await Promise.all(Array.from({length: 3000}, () =>
    getBalance(1, new grpc.Metadata(), {deadline: Date.now() + 1})));
  const known = [undefined, grpc.status.DEADLINE_EXCEEDED];
  assert.ok(answers.every(({error}) => known.includes(error?.code)));
  assert.strictEqual((await getBalance(1)).error, null);
}

async function streams() {
  const stream = client.makeServerStreamRequest('/onsale.v1.WatchService/WatchEvents', bytes, bytes,
    Buffer.alloc(0));
  const message = await new Promise((resolve, reject) => {
    stream.once('data', resolve);
    stream.once('error', reject);
  });
  assert.ok(message.length > 0);
  stream.on('error', () => {});
  stream.cancel();
}

(async () => {
  await answersAndRefuses();
  await manyAtOnce();
  await deadlines();
  await streams();
  client.close();
  console.log('every call ended as it should');
})().catch(error => {
  console.error(error);
  process.exit(1);
});
