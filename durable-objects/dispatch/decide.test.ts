import { describe, expect, it } from 'vitest';
import { decide } from './decide.ts';
import type { DispatchCommand } from './dispatch-command.ts';
import { entriesInOrder } from './order.ts';
import {
  ack,
  after,
  announce,
  both,
  enqueue,
  held,
  known,
  left,
  pull,
  reason,
  register,
  settings,
  shown,
  type Wish,
  withSlot,
} from './testing/wishes.ts';

describe('slots', () => {
  it('are taken when a runner is given the run, up to the project’s limit; the others wait with the reason', () => {
    const state = after(...known, register('a'), register('b'), register('c'), enqueue('b'), enqueue('a'), enqueue('c'), pull(3));
    expect(withSlot(state)).toEqual(['a', 'b']);
    expect(held(state)).toEqual(['a', 'b']);
    expect(reason(state, 'c')).toBe('Waiting for a slot: all 2 of the project are in use.');
  });

  it('are not taken by a run that no runner has been given', () => {
    expect(withSlot(after(register('a'), enqueue('a')))).toEqual([]);
  });

  it('go to the next need when a run rests', () => {
    const before = [...known, register('a', 1), register('b', 1), enqueue('a'), enqueue('b'), pull(5), ack('lease runner 0')];
    expect(shown(after(...before), 10_000)).toEqual([]);
    expect(shown(after(...before, left('a')), 20_000)).toEqual(['b']);
  });

  it('are counted per project', () => {
    const state = after(
      ...known,
      register('a', 1),
      register('b', 1, { projectId: 'q' }),
      enqueue('a'),
      enqueue('b', {}, { projectId: 'q' }),
      pull(5),
    );
    expect(held(state)).toEqual(['a', 'b']);
  });

  it('are kept by a run that looks for another machine, and it comes first', () => {
    const before = [...known, register('a', 1), register('b', 1), enqueue('b'), enqueue('a'), pull(1), ack('lease runner 0')];
    expect(withSlot(after(...before))).toEqual(['a']);
    expect(shown(after(...before, enqueue('a')), 20_000)).toEqual(['a']);
  });

  it('are taken up at once when the limit is raised', () => {
    const before = [...known, register('a', 1), register('b', 1), enqueue('a'), enqueue('b'), pull(1), ack('lease runner 0')];
    expect(shown(after(...before, register('b', 2)), 20_000)).toEqual(['b']);
  });
});

describe('messages', () => {
  const two = [...known, register('a'), register('b'), enqueue('a'), enqueue('b')] as const;

  it('are given oldest first, and hidden for 5 s', () => {
    const state = after(...two, pull(1));
    expect(held(state)).toEqual(['a']);
    expect(shown(state, 10_999)).toEqual(['b']);
    expect(shown(state, 11_000)).toEqual(['a', 'b']);
  });

  it('are not given beyond what a runner advertises, whatever it asks for', () => {
    const small = [settings(), announce({ slots: 1 }), ...two.slice(2)] as const;
    expect(held(after(...small, pull(5)))).toEqual(['a']);
    expect(held(after(...small, pull(5), pull(5)))).toEqual(['a']);
  });

  it('asked for by a machine whose bell answers write nothing down when there are none', () => {
    const state = after(...known);
    const asked = { ...pull(1), now: 400_000 } as DispatchCommand;
    expect(decide(state, asked)).toMatchObject([{ kind: 'runner_told', told: { lastSeenAt: 400_000 } }]);
    expect(decide(state, { ...asked, isHeard: true } as DispatchCommand)).toEqual([]);
  });

  it('are gone when they are acknowledged; an acknowledgement of an older lease changes nothing', () => {
    const state = after(...two, pull(2), ack('lease runner 0'));
    expect(entriesInOrder(state).map((entry) => entry.runId)).toEqual(['b']);
    expect(state.runs.a?.runnerId).toBe('runner');
    const again = after(...two, pull(2), enqueue('a'), ack('lease runner 0'));
    expect(shown(again, 20_000)).toContain('a');
  });

  it('are one per run: asking again updates, keeps the place, and shows it at once', () => {
    const state = after(...two, pull(1), enqueue('a'));
    expect(entriesInOrder(state).map((entry) => entry.runId)).toEqual(['a', 'b']);
    expect(shown(state, 7_000)).toEqual(['a', 'b']);
  });

  it('that come twice or late change nothing', () => {
    const at = (askedAt: number) => enqueue('a', {}, { askedAt });
    const state = after(...known, register('a'), at(5), pull(1), at(5), at(4));
    expect(held(state)).toEqual(['a']);
    expect(entriesInOrder(after(...known, register('a'), at(5), pull(1), ack('lease runner 0'), at(5)))).toEqual([]);
    expect(held(after(...known, register('a'), at(5), pull(1), at(6)))).toEqual([]);
  });

  it('are shown again after a retry’s delay', () => {
    const state = after(...two, pull(1), { kind: 'ack', acks: [], retries: [{ leaseId: 'lease runner 0', delayMs: 2_000 }] });
    expect(shown(state, 8_999)).toEqual(['b']);
    expect(shown(state, 9_000)).toEqual(['a', 'b']);
  });

  it('are withdrawn when a run stops', () => {
    expect(shown(after(...two, { kind: 'withdraw', runId: 'a' }), 20_000)).toEqual(['b']);
  });

  it('of a run that is not known here are dropped', () => {
    expect(entriesInOrder(after(enqueue('x')))).toEqual([]);
  });
});

describe('a need is given only to a runner that can serve it; the others say what they lack', () => {
  const cases: [string, Wish[], Wish, string][] = [
    ['nobody is connected', [], enqueue('a'), 'No runner is connected yet.'],
    [
      'a stranger’s machine',
      [settings({ ownerId: 'bob' }), announce()],
      enqueue('a'),
      'No online runner is shared with its project or with the person who started it.',
    ],
    [
      'another project’s machine',
      [settings({ ownerId: 'bob', sharing: 'projects', projectIds: ['q'] }), announce()],
      enqueue('a'),
      'No online runner is shared with its project or with the person who started it.',
    ],
    [
      'another repository',
      [settings(), announce({ repositories: [{ key: 'other', name: 'o' }] })],
      enqueue('a'),
      'No online runner serves this repository.',
    ],
    [
      'another agent',
      [settings(), announce({ agents: ['opencode'] })],
      enqueue('a', { executor: 'claude-code' }),
      'No online runner has the agent claude-code.',
    ],
    [
      'other labels',
      [settings({ labels: ['gpu'] }), announce()],
      enqueue('a', { labels: ['gpu', 'mac'] }),
      'No online runner has the labels gpu, mac.',
    ],
    [
      'it is paused',
      [settings({ paused: true, note: 'Ann travels.' }), announce()],
      enqueue('a'),
      'Its only machine, mac, is paused: Ann travels.',
    ],
    ['it drains', [settings({ draining: true }), announce()], enqueue('a'), 'Its only machine, mac, takes nothing new.'],
    [
      'it is out',
      [
        ...known,
        {
          kind: 'report',
          runnerId: 'runner',
          report: { load: null, draining: false, faults: [{ kind: 'disk', message: 'The disk is full.', forMs: 0 }] },
        },
      ],
      enqueue('a'),
      'mac cannot do it: The disk is full.',
    ],
  ];
  it.each(cases)('%s', (_, machine, need, sentence) => {
    const state = after(...machine, register('a'), need, pull(1));
    expect(held(state)).toEqual([]);
    expect(reason(state, 'a')).toBe(sentence);
  });

  const good: [string, Wish[], Wish][] = [
    ['its owner’s', [settings(), announce()], enqueue('a')],
    ['the project’s', [settings({ ownerId: 'bob', sharing: 'projects', projectIds: ['p'] }), announce()], enqueue('a')],
    ['everybody’s', [settings({ ownerId: 'bob', sharing: 'organisation' }), announce()], enqueue('a')],
    ['of the repository', [settings(), announce({ repositories: [{ key: 'key', name: 'r' }] })], enqueue('a')],
    ['with the agent', [settings(), announce({ agents: ['opencode', 'claude-code'] })], enqueue('a', { executor: 'claude-code' })],
    ['with the labels', [settings({ labels: ['gpu', 'mac'] }), announce()], enqueue('a', { labels: ['gpu'] })],
    [
      'out for another agent',
      [
        ...known,
        {
          kind: 'report',
          runnerId: 'runner',
          report: { load: null, draining: false, faults: [{ kind: 'agent:command', message: '', forMs: 0 }] },
        },
      ],
      enqueue('a'),
    ],
  ];
  it.each(good)('given: %s', (_, machine, need) => {
    expect(held(after(...machine, register('a'), need, pull(1)))).toEqual(['a']);
  });

  it('tells of the machines that lack the least', () => {
    const other = [settings({ runnerId: 'two', name: 'two', paused: true }), announce({}, 'two')];
    const state = after(settings(), announce({ agents: ['opencode'] }), ...other, register('a'), enqueue('a', { executor: 'claude-code' }));
    expect(reason(state, 'a', 100_000, ['runner', 'two'])).toBe('Its only machine, two, is paused.');
    expect(reason(state, 'a', 100_000, ['runner'])).toBe('No online runner has the agent claude-code.');
    expect(reason(state, 'a', 100_000, [])).toBe('No runner is online.');
  });

  it('waits for a busy one, and says on how many it works', () => {
    const state = after(
      settings(),
      announce({ slots: 1 }),
      register('a'),
      register('b'),
      enqueue('a'),
      pull(1),
      ack('lease runner 0'),
      enqueue('b'),
    );
    expect(reason(state, 'b')).toBe('Waiting for mac, which works on 1 of 1 runs.');
  });

  it('leaves the slot free for as long: those behind wait for the machine, not for a slot', () => {
    const state = after(
      settings(),
      announce({ slots: 1 }),
      register('a'),
      enqueue('a'),
      pull(1),
      ack('lease runner 0'),
      ...['b', 'c', 'd'].flatMap((id) => [register(id), enqueue(id)]),
    );
    for (const id of ['b', 'c', 'd']) expect(reason(state, id)).toBe('Waiting for mac, which works on 1 of 1 runs.');
  });
});

describe('runners', () => {
  it('that are revoked are forgotten; what they were offered is shown, and every run hears of it', () => {
    const state = after(...known, ...both('two'), register('a'), enqueue('a'), pull(1), { kind: 'revoke_runner', runnerId: 'runner' });
    expect(state.endings).toEqual({ runner: { id: 'runner', of: 'runner', untold: ['a'] } });
    expect(Object.keys(state.runners)).toEqual(['two']);
    expect(shown(state, 8_000)).toEqual(['a']);
    expect(held(after(...known, { kind: 'revoke_runner', runnerId: 'runner' }, register('a'), enqueue('a'), pull(1)))).toEqual([]);
  });
});

describe('lives', () => {
  it('that end are told to every run, and what they held is shown again', () => {
    const state = after(...known, register('a'), enqueue('a'), pull(1), announce({ lifeId: 'life-2', endedLives: ['life-1'] }));
    expect(state.endings).toEqual({ 'life-1': { id: 'life-1', of: 'life', by: 'runner', untold: ['a'] } });
    expect(shown(state, 5_000)).toEqual(['a']);
    expect(state.runners.runner?.lifeId).toBe('life-2');
  });

  it('that end are forgotten when all were told', () => {
    const ended = [register('a'), register('b'), announce({ lifeId: 'life-2', endedLives: ['life-1'] })] as const;
    const told = (runId: string): Wish => ({ kind: 'told', id: 'life-1', runId });
    expect(after(...ended, told('a')).endings).toEqual({ 'life-1': { id: 'life-1', of: 'life', by: 'runner', untold: ['b'] } });
    expect(after(...ended, told('a'), told('b')).endings).toEqual({});
  });
});
