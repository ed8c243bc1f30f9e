// SPDX-License-Identifier: MIT
// HTTP client on node:http with connections kept alive: PORT COUNT PARALLEL. That many loops share COUNT requests.
'use strict';
const http = require('node:http');

const [port, count, parallel] = process.argv.slice(2).map(Number);
const agent = new http.Agent({ keepAlive: true, maxSockets: parallel });
let left = count;

function get() {
  return new Promise((resolve, reject) => {
    http.get({ host: '127.0.0.1', port, path: '/static', agent }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece) => { text += piece; });
      response.on('end', () => resolve({ status: response.statusCode, text }));
      response.on('error', reject);
    }).on('error', reject);
  });
}

async function getAll() {
  while (left > 0) {
    left--;
    const { status, text } = await get();
    if (status !== 200 || text.length !== 13) throw new Error(`${status} ${text}`);
  }
}

Promise.all(Array.from({ length: parallel }, getAll)).then(() => agent.destroy());
