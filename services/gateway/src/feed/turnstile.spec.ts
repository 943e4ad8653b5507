import { expect, it } from '@jest/globals';
import { Turnstile } from './turnstile.js';

const stays = new AbortController().signal;
const settled = () => new Promise((resolve) => setImmediate(resolve));

function task() {
  let finish: () => void = () => undefined;
  const state = { begun: false };
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const run = () => {
    state.begun = true;
    return done;
  };
  return { state, run, finish };
}

it('lets in so many at once, and the next when one is done', async () => {
  const turnstile = new Turnstile(2);
  const tasks = [task(), task(), task(), task()];
  const passing = tasks.map(({ run }) => turnstile.pass(stays, run));
  const begun = () => tasks.map(({ state }) => state.begun);
  await settled();
  expect(begun()).toEqual([true, true, false, false]);
  tasks[1]?.finish();
  await settled();
  expect(begun()).toEqual([true, true, true, false]);
  for (const { finish } of tasks) finish();
  await Promise.all(passing);
  expect(begun()).toEqual([true, true, true, true]);
});

it('gives the place of one that failed to the next', async () => {
  const turnstile = new Turnstile(1);
  const failing = turnstile.pass(stays, () => Promise.reject(new Error('broken')));
  const next = task();
  const passing = turnstile.pass(stays, next.run);
  await expect(failing).rejects.toThrow('broken');
  next.finish();
  await passing;
  expect(next.state.begun).toBe(true);
});

it('passes over who has gone while waiting', async () => {
  const turnstile = new Turnstile(1);
  const [first, gone, last] = [task(), task(), task()];
  const leaving = new AbortController();
  const passing = [
    turnstile.pass(stays, first.run),
    turnstile.pass(leaving.signal, gone.run),
    turnstile.pass(stays, last.run),
  ];
  leaving.abort();
  for (const { finish } of [first, gone, last]) finish();
  await Promise.all(passing);
  expect([first, gone, last].map(({ state }) => state.begun)).toEqual([true, false, true]);
});
