// SPDX-License-Identifier: MIT
// JSON by node: decode|encode|decode-bytes|encode-bytes FILE COUNT. Plain, between a string and values; with bytes,
// between what a socket gives or takes and values. Some repetitions more warm up, in every run the same.
'use strict';
const fs = require('node:fs');

const [mode, name, count] = process.argv.slice(2);
const bytes = fs.readFileSync(name);
const text = bytes.toString('utf8');
const document = mode.startsWith('encode') ? JSON.parse(text) : null;
const work = {
  'decode': () => JSON.parse(text),
  'encode': () => JSON.stringify(document),
  'decode-bytes': () => JSON.parse(bytes.toString('utf8')),
  'encode-bytes': () => Buffer.from(JSON.stringify(document)),
}[mode];
for (let i = 0; i < Number(count) + 3; i++) {
  if (!work()) throw new Error('nothing came out');
}
