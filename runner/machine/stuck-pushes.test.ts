import { expect, test } from 'vitest';
import { makeStuckPushes } from './stuck-pushes.ts';

function given() {
  const its = { now: 0, changes: 0, works: false, tries: 0 };
  const pushes = makeStuckPushes({
    monotonic: () => its.now,
    againMs: 100,
    onChange: () => {
      its.changes += 1;
    },
  });
  const tryAgain = async () => {
    its.tries += 1;
    return its.works;
  };
  return { its, pushes, tryAgain };
}

test('a repository that cannot be pushed to is out, since its first trouble, until a push works', () => {
  const { its, pushes, tryAgain } = given();
  pushes.note('a', 'No right.', tryAgain);
  its.now = 10;
  pushes.note('a', 'Still no right.', tryAgain);
  pushes.note('b', null, tryAgain);
  expect(pushes.faults()).toEqual([{ kind: 'repository:a', message: 'Still no right.', since: 0 }]);
  expect(its.changes).toBe(1);
  pushes.note('a', null, tryAgain);
  expect([pushes.faults(), its.changes]).toEqual([[], 2]);
});

test('it is tried again when its time has come, or when a person asks', async () => {
  const { its, pushes, tryAgain } = given();
  pushes.note('a', 'No right.', tryAgain);
  its.now = 99;
  await pushes.check(false);
  expect(its.tries).toBe(0);
  await pushes.check(true);
  its.now = 150;
  await pushes.check(false);
  expect([its.tries, pushes.faults().length]).toEqual([1, 1]);
  its.now = 199;
  its.works = true;
  await pushes.check(false);
  expect([its.tries, pushes.faults()]).toEqual([2, []]);
});
