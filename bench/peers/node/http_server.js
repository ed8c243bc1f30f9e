// SPDX-License-Identifier: MIT
// HTTP on node: GET is answered with a greeting, POST with the totals of an order. Prints its port.
'use strict';
const http = require('node:http');

function totals(body) {
  const order = JSON.parse(body);
  let count = 0, total = 0;
  for (const item of order.items) {
    count += item.quantity;
    total += item.quantity * item.price;
  }
  return JSON.stringify({ id: order.id, count, total });
}

function reply(response, status, type, body) {
  response.writeHead(status, { 'Server': 'bench', 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}

function replyWithTotals(response, body) {
  let made;
  try {
    made = totals(body);
  } catch {
    return reply(response, 400, 'text/plain', 'not an order');
  }
  reply(response, 200, 'application/json', made);
}

const server = http.createServer((request, response) => {
  if (request.method === 'GET') return reply(response, 200, 'text/plain', 'Hello, World!');
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (piece) => { body += piece; });
  request.on('end', () => replyWithTotals(response, body));
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => console.log(server.address().port));
