import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@specwright/protocol/id.ts';
import { expect, test } from 'vitest';
import { MARK_NAME } from '../process/marked-process.ts';
import { startTimeOf } from '../process/process-table.ts';
import { beginLife } from './life.ts';

/** Another run of these tests may be at work on this machine. */
const OLD = newId('life');

const folder = () => mkdtempSync(join(tmpdir(), 'specwright-life-'));

function leaveLife(dataDir: string, id: string, head: { pid: number; startedAt: string | null }): string {
  mkdirSync(join(dataDir, 'lives'), { recursive: true });
  const path = join(dataDir, 'lives', `${id}.jsonl`);
  writeFileSync(path, `${JSON.stringify(head)}\n`);
  return path;
}

function sleeper(env: Record<string, string> = {}): { child: ChildProcess; ended: Promise<string | null> } {
  const child = spawn('sleep', ['60'], { env: { PATH: process.env.PATH ?? '', ...env }, detached: true, stdio: 'ignore' });
  const ended = new Promise<string | null>((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  return { child, ended };
}

test('a life ends what an earlier one left, by its mark', async () => {
  const data = folder();
  leaveLife(data, OLD, { pid: 2 ** 22 + 1, startedAt: '1' });
  const left = sleeper({ [MARK_NAME]: `${OLD}:run:1` });
  const life = await beginLife(data, 50);
  expect(await left.ended).toMatch(/SIG/);
  expect(life.ended).toEqual([OLD]);
  life.end();
});

test('a recorded process is ended by pid and start; a recycled pid is left alone', async () => {
  const data = folder();
  const path = leaveLife(data, OLD, { pid: 2 ** 22 + 1, startedAt: '1' });
  const [same, recycled] = [sleeper(), sleeper()];
  const pidOf = (its: { child: ChildProcess }) => its.child.pid ?? 0;
  appendFileSync(path, `${JSON.stringify({ pid: pidOf(same), startedAt: startTimeOf(pidOf(same)), mark: 'x' })}\n`);
  appendFileSync(path, `${JSON.stringify({ pid: pidOf(recycled), startedAt: '1', mark: 'x' })}\n{"pid":`);
  const life = await beginLife(data, 50);
  expect(await same.ended).toBe('SIGKILL');
  expect(recycled.child.exitCode ?? recycled.child.signalCode).toBeNull();
  recycled.child.kill('SIGKILL');
  life.end();
});

test('two runners never share a data folder', async () => {
  const data = folder();
  const other = sleeper();
  leaveLife(data, 'life_other', { pid: other.child.pid ?? 0, startedAt: startTimeOf(other.child.pid ?? 0) });
  await expect(beginLife(data, 50)).rejects.toThrow(/already working/);
  other.child.kill('SIGKILL');
  await other.ended;
  (await beginLife(data, 50)).end();
});

test('lives that are over are told until the server has heard', async () => {
  const data = folder();
  leaveLife(data, OLD, { pid: 2 ** 22 + 1, startedAt: '1' });
  const first = await beginLife(data, 50);
  first.end();
  expect(readdirSync(join(data, 'lives'))).toContain(`${OLD}.jsonl`);
  const second = await beginLife(data, 50);
  expect(second.ended).toContain(OLD);
  second.forgetEnded();
  expect(readdirSync(join(data, 'lives'))).toEqual([`${second.id}.jsonl`]);
  second.end();
});
