import type { RunEvent, StoredEvent } from '@specwright/protocol/run-event.ts';
import { describe, expect, test } from 'vitest';
import { foldWaterfall, startWaterfall } from './waterfall.ts';

const REASON = { code: 'X', message: 'No runner is online.' };
const job = { jobId: 'j1', chunkId: 'c1' };
const ordered = { kind: 'job_ordered', ...job, attempt: 1, attemptKind: 'do', continueFrom: null, reservedMicros: 0, reservedTokens: 0 };
const ended = { kind: 'attempt_ended', ...job, attempt: 1, result: 'checks_failed' };
const started = (step: string) => ({ kind: 'step_started', ...job, step });
const stepEnded = (step: string, ok: boolean) => ({ kind: 'step_ended', ...job, step, ok, durationMs: 1, message: ok ? null : 'exit 1' });

/** Each event stands 10 ms after the one before. */
function folded(...kinds: object[]) {
  const fall = startWaterfall();
  for (const [i, kind] of kinds.entries())
    foldWaterfall(fall, { ...(kind as RunEvent), seq: i + 1, at: (i + 1) * 10, v: 1 } as StoredEvent);
  return fall;
}

describe('a waterfall', () => {
  test('shows an attempt from its order to its end, step by step', () => {
    const { bars } = folded(ordered, started('prepare'), stepEnded('prepare', true), started('verify'), stepEnded('verify', false), ended);
    const bar = bars.get('j1');
    expect([bar?.from, bar?.to, bar?.lastSeq]).toEqual([10, 60, 6]);
    expect(bar?.steps.map(({ step, from, to, ok, fromSeq, toSeq }) => [step, from, to, ok, fromSeq, toSeq])).toEqual([
      ['prepare', 20, 30, true, 2, 3],
      ['verify', 40, 50, false, 4, 5],
    ]);
    expect(bar?.steps[1]?.message).toBe('exit 1');
  });

  test('ends an open step with a lost attempt', () => {
    const { bars } = folded(ordered, started('execute'), { kind: 'attempt_lost', ...job, attempt: 1 });
    expect(bars.get('j1')?.steps[0]).toMatchObject({ step: 'execute', to: 30, ok: false });
  });

  test('tells what a person stopped from what failed', () => {
    const ended = (result: string) =>
      folded(
        ordered,
        started('execute'),
        { kind: 'step_ended', ...job, step: 'execute', ok: false },
        { kind: 'attempt_ended', ...job, result },
      );
    expect(ended('stopped').bars.get('j1')?.steps[0]).toMatchObject({ ok: false, stopped: true });
    expect(ended('agent_failed').bars.get('j1')?.steps[0]).toMatchObject({ ok: false, stopped: false });
  });

  test('leaves open what goes on', () => {
    expect(folded(ordered, started('execute')).bars.get('j1')).toMatchObject({ to: null, steps: [{ to: null, ok: null }] });
  });

  test('shows why the run waited, one reason at a time', () => {
    const { waits } = folded({ kind: 'run_created' }, { kind: 'machine_requested', reason: REASON }, { kind: 'lease_granted' }, ordered, {
      kind: 'run_paused',
    });
    expect(waits.map(({ from, to, why }) => [from, to, why])).toEqual([
      [10, 20, 'Waits for a slot and a machine.'],
      [20, 30, 'No runner is online.'],
      [50, null, 'Paused by a person.'],
    ]);
  });

  test('folds each event once, and none before its turn', () => {
    const fall = folded(ordered, started('execute'));
    foldWaterfall(fall, { ...(started('execute') as RunEvent), seq: 2, at: 99, v: 1 } as StoredEvent);
    foldWaterfall(fall, { ...(started('verify') as RunEvent), seq: 9, at: 99, v: 1 } as StoredEvent);
    expect(fall.bars.get('j1')?.steps).toHaveLength(1);
    expect(fall.seen).toBe(2);
  });
});
