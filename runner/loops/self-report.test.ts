import type { ReportLife } from '@specwright/protocol/pull.ts';
import { expect, test, vi } from 'vitest';
import { THRESHOLDS } from '../machine/hold-back.ts';
import { startSelfReport } from './self-report.ts';

const LOAD = { cpu: 9, freeMemory: 8 * 1024 ** 3, freeDisk: 80 * 1024 ** 3, worktrees: 0 };

function given() {
  const closing = new AbortController();
  const did: string[] = [];
  const machine = { runs: 1 };
  const report = startSelfReport({
    durations: { REPORT_MS: 1_000_000, REPORT_IDLE_MS: 1_000_000 },
    log: () => {},
    signal: closing.signal,
    thresholds: THRESHOLDS,
    monotonic: () => 0,
    readLoad: async () => LOAD,
    runs: () => machine.runs,
    isDraining: () => false,
    faults: () => [],
    repositories: async () => null,
    announced: null,
    report: async ({ faults }: ReportLife) => void did.push(faults.length > 0 ? 'told: held back' : 'told: free'),
    onLooked: () => {},
    onFree: () => void did.push('asks for work'),
  });
  const close = () => {
    closing.abort();
    return report.ended;
  };
  return { report, machine, did, close };
}

test('what holds back a second run holds back no first one: the server hears it before it is asked for work', async () => {
  const { report, machine, did, close } = given();
  await vi.waitFor(() => expect(report.heldBack()).toBe('It is busy: 9.0 processes wait for each core.'));
  machine.runs = 0;
  await vi.waitFor(() => expect(did).toEqual(['told: held back']));
  report.now();
  await vi.waitFor(() => expect(did).toEqual(['told: held back', 'told: free', 'asks for work']));
  expect(report.heldBack()).toBeNull();
  await close();
});
