// SPDX-License-Identifier: MIT
// The workloads without I/O with node: tasks.js NAME N [MORE]. An asynchronous function is a task.
const { setImmediate: turn, setTimeout: sleep } = require('node:timers/promises');

const [name, n, more] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4] ?? 0)];
const nothing = () => {};

async function tenTurns() {
  for (let i = 0; i < 10; ++i) await turn();
}

async function tenMicrotasks() {
  for (let i = 0; i < 10; ++i) await null;
}

const work = {
  tasks() {
    for (let i = 0; i < n; ++i) tenTurns();
  },

  microtasks() {
    for (let i = 0; i < n; ++i) tenMicrotasks();
  },

  async spawn() {
    const batch = 100;
    const empty = async () => {};
    for (let i = 0; i < Math.floor(n / batch); ++i) {
      for (let k = 0; k < batch; ++k) empty();
      await turn();
    }
  },

  timers() {
    const ids = [];
    for (let i = 0; i < n; ++i) ids.push(setTimeout(nothing, i % 100));
    for (let i = 0; i < n; i += 2) clearTimeout(ids[i]);
  },

  timer() {
    const others = [];
    for (let i = 0; i < more; ++i) others.push(setTimeout(nothing, 1e6 + i));
    for (let i = 0; i < n; ++i) clearTimeout(setTimeout(nothing, 1e5 + (i % 1000)));
    others.forEach(clearTimeout);
  },

  sleepers() {
    const task = async () => { await sleep(600 * 1000); };
    for (let i = 0; i < n; ++i) task();
    console.log(n);
  },
};

work[name]();
