import type { Attempt, Item, RunState } from '@specwright/protocol/run-state.ts';
import { describe, expect, test } from 'vitest';
import { startWaterfall, type Waterfall } from './waterfall.ts';
import { newestJob, nextFailure, rowsOf, searchRows } from './waterfall-rows.ts';

const attempt = (jobId: string, result: Attempt['result'], startedAt = 0) =>
  ({
    jobId,
    attempt: 1,
    kind: 'do',
    result,
    code: null,
    message: '',
    checks: [],
    agent: null,
    model: null,
    startedAt,
    endedAt: null,
  }) as unknown as Attempt;
const item = (id: string, title: string, attempts: Attempt[], parentId: string | null = null) =>
  ({ id, key: id, title, kind: parentId ? 'fix' : 'chunk', parentId, status: 'completed', attempts }) as unknown as Item;
const run = (...items: Item[]) => ({ items, job: null }) as unknown as RunState;

const made = run(
  item('a', 'Parse', [attempt('a1', 'needs_fix', 1)]),
  item('b', 'Format', [attempt('b1', 'checks_failed', 3), attempt('b2', 'passed', 4)]),
  item('a-fix', 'Fix it', [attempt('f1', 'passed', 2)], 'a'),
);

function fallOf(jobId: string): Waterfall {
  const fall = startWaterfall();
  const steps = [{ step: 'verify', from: 5, to: 6, ok: false, stopped: false, message: 'exit 1', fromSeq: 8, toSeq: 9 } as const];
  fall.bars.set(jobId, { jobId, from: 4, to: 7, steps: [...steps], lastSeq: 9 });
  return fall;
}

const names = (rows: ReturnType<typeof rowsOf>) =>
  rows.map((row) => (row.kind === 'item' ? row.item.id : row.kind === 'attempt' ? row.attempt.jobId : row.step.step));

describe('the rows of a waterfall', () => {
  test('are the chunks with their fixes beneath, each with its attempts; the chosen one with its steps', () => {
    expect(names(rowsOf(made, fallOf('b1'), null))).toEqual(['a', 'a1', 'a-fix', 'f1', 'b', 'b1', 'b2']);
    expect(names(rowsOf(made, fallOf('b1'), 'b1'))).toEqual(['a', 'a1', 'a-fix', 'f1', 'b', 'b1', 'verify', 'b2']);
  });

  test('are searched by all words; a chunk that matches keeps its attempts', () => {
    const rows = rowsOf(made, fallOf('b1'), 'b1');
    expect(names(searchRows(rows, 'format'))).toEqual(['b', 'b1', 'verify', 'b2']);
    expect(names(searchRows(rows, 'EXIT verify'))).toEqual(['b', 'verify']);
    expect(names(searchRows(rows, 'nothing like it'))).toEqual([]);
  });
});

describe('among the attempts', () => {
  test('the next failure comes after the chosen one, then from the top again', () => {
    const rows = rowsOf(made, startWaterfall(), null);
    const after = (jobId: string | null) => nextFailure(rows, jobId)?.attempt.jobId;
    expect([after(null), after('a1'), after('b1')]).toEqual(['a1', 'b1', 'a1']);
    expect(nextFailure(rowsOf(run(item('c', 'C', [attempt('c1', 'passed')])), startWaterfall(), null), null)).toBeNull();
  });

  test('the newest is the one in hand, else the one that began last', () => {
    expect(newestJob(made)).toBe('b2');
    expect(newestJob({ ...made, job: { id: 'j9' } } as unknown as RunState)).toBe('j9');
    expect(newestJob(run())).toBeNull();
  });
});
