// SPDX-License-Identifier: MIT
// TCP echo with node. Prints its port.
const net = require('node:net');

const server = net.createServer({ noDelay: true }, (connection) => {
  connection.on('data', (data) => connection.write(data));
  connection.on('error', () => connection.destroy());
});
server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => console.log(server.address().port));
