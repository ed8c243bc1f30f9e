// SPDX-License-Identifier: MIT
// HTTP client on undici: PORT COUNT PARALLEL. That many loops, a connection for each in the pool, share COUNT requests.
'use strict';
const { Pool } = require('undici');

const [port, count, parallel] = process.argv.slice(2).map(Number);
const pool = new Pool(`http://127.0.0.1:${port}`, { connections: parallel });
let left = count;

async function getAll() {
  while (left > 0) {
    left--;
    const { statusCode, body } = await pool.request({ path: '/static', method: 'GET' });
    const text = await body.text();
    if (statusCode !== 200 || text.length !== 13) throw new Error(`${statusCode} ${text}`);
  }
}

Promise.all(Array.from({ length: parallel }, getAll)).then(() => pool.close());
