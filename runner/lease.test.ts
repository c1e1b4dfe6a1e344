import { expect, test } from 'vitest';
import { beginLease } from './lease.ts';

function given(leaseMs = 1000) {
  const now = { monotonic: 5000, wall: 1_000_000 };
  const clocks = { monotonic: () => now.monotonic, wall: () => now.wall };
  const pass = (ms: number) => {
    now.monotonic += ms;
    now.wall += ms;
  };
  return { now, pass, lease: beginLease({ fence: 1, leaseMs }, 5000, clocks) };
}

test('a lease is sure for its time after the sending of the last answered word', () => {
  const { pass, lease } = given();
  pass(999);
  expect(lease.isSure()).toBe(true);
  pass(1);
  expect(lease.isSure()).toBe(false);
  lease.answered(5900);
  expect(lease.isSure()).toBe(true);
});

test('an older answer takes nothing away', () => {
  const { pass, lease } = given();
  lease.answered(4000);
  pass(900);
  expect(lease.isSure()).toBe(true);
});

test('after a gap of this process’s time no pong helps: only a confirmation that was asked for afterwards', () => {
  const { now, pass, lease } = given();
  lease.observe();
  pass(3000);
  lease.answered(now.monotonic);
  expect(lease.isSure()).toBe(false);
  lease.confirmed(now.monotonic - 2500, true);
  expect(lease.isSure()).toBe(false);
  lease.confirmed(now.monotonic, true);
  expect(lease.isSure()).toBe(true);
});

test('a machine that slept doubts its lease, though its monotonic clock stood still', () => {
  const { now, lease } = given();
  now.wall += 60_000;
  lease.observe();
  expect(lease.isSure()).toBe(false);
  lease.confirmed(now.monotonic, true);
  expect(lease.isSure()).toBe(true);
});

test('a lease that is not held is lost for good', () => {
  const { now, lease } = given();
  lease.confirmed(now.monotonic, false);
  lease.answered(now.monotonic);
  expect([lease.isLost(), lease.isSure()]).toEqual([true, false]);
});
