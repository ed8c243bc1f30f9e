// SPDX-License-Identifier: MIT
// The client side of TCP echo with node: client.js MODE PORT N.
const net = require('node:net');

const [mode, port, n] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const message = Buffer.alloc(64, 'x');

function roundTrips(count, ended) {
  let missing = 0;
  const connection = net.connect({ host: '127.0.0.1', port, noDelay: true }, next);
  function next() {
    if (count === 0) return connection.end();
    --count;
    missing = message.length;
    connection.write(message);
  }
  connection.on('data', (data) => {
    missing -= data.length;
    if (missing === 0) next();
  });
  if (ended) connection.on('close', ended);
}

const run = {
  sequential: () => roundTrips(n),
  parallel: () => {
    for (let i = 0; i < 100; ++i) roundTrips(Math.floor(n / 100));
  },
  connect: () => {
    let left = n;
    (function next() {
      if (left-- > 0) roundTrips(1, next);
    })();
  },
};

run[mode]();
