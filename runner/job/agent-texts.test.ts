import type { Piece } from '@specwright/protocol/piece.ts';
import type { RunnerFact } from '@specwright/protocol/runner-fact.ts';
import { describe, expect, test } from 'vitest';
import { makeMask } from '../masking/mask.ts';
import { makeTexts } from './agent-texts.ts';
import type { JobContext } from './job-context.ts';

const SECRET = 'aVeryLongSecretValue123';

function given() {
  const written: { part: string; role: string; excerpt: string; text: string }[] = [];
  const streamed: { part: string; offset: number; text: string }[] = [];
  let order: Promise<void> = Promise.resolve();
  const context = {
    job: { id: 'run_1/chk_1/1/1' },
    mask: makeMask({ MY_SECRET: SECRET }),
    stream: (frame: (typeof streamed)[number]) => void streamed.push(frame),
    report(fact: RunnerFact, pieces: Piece[] = []) {
      if (fact.kind === 'text_written') written.push({ ...fact, text: pieces[0]?.text ?? '' });
    },
  } as unknown as JobContext;
  const texts = makeTexts(context, 'executor', (work) => {
    order = order.then(work);
  });
  const print = (delta: string) => texts.write({ kind: 'text', part: 'output', role: 'output', delta });
  const settle = async () => {
    texts.endAll();
    await order;
  };
  return { texts, print, settle, written, streamed };
}

describe('what a program prints', () => {
  test('is kept when it ends, as it was shown', async () => {
    const { print, settle, written, streamed } = given();
    print('Reading the files.\n');
    print('Writing a.txt');
    await settle();
    expect(written.map(({ text }) => text)).toEqual(['Reading the files.\nWriting a.txt']);
    expect(new Set(streamed.map(({ part }) => part))).toEqual(new Set([written[0]?.part]));
  });

  test('holds no secret, also where two parts meet within it', async () => {
    const { print, settle, written } = given();
    print(`${'x'.repeat(40_000)} ${SECRET.slice(0, 9)}`);
    print(`${SECRET.slice(9)} and more`);
    await settle();
    const all = written.map(({ text }) => text).join('');
    expect(all).not.toContain(SECRET.slice(0, 9));
    expect(all).not.toContain(SECRET.slice(9));
    expect(all).toContain('and more');
  });

  test('is kept part by part when it is long, each under a name of its own, and shown from its beginning', async () => {
    const { print, settle, written, streamed } = given();
    for (let n = 0; n < 10; n++) print(`${'line of words\n'.repeat(1000)}`);
    await settle();
    expect(written.length).toBeGreaterThan(2);
    expect(new Set(written.map(({ part }) => part)).size).toBe(written.length);
    expect(written.map(({ text }) => text).join('')).toBe('line of words\n'.repeat(10_000));
    for (const { part } of written) expect(streamed.find((frame) => frame.part === part)?.offset).toBe(0);
  });

  test('above the limit keeps its beginning and its end', async () => {
    const { print, settle, written } = given();
    for (let n = 0; n < 200; n++) print(`${n} ${'words '.repeat(1000)}\n`);
    await settle();
    const all = written.map(({ text }) => text).join('');
    expect(all.length).toBeLessThan(400_000);
    expect(all.startsWith('0 words')).toBe(true);
    expect(all).toContain('is left out');
    expect(all).toContain('199 words');
  });

  test('that is only blank is not kept', async () => {
    const { print, settle, written } = given();
    print('\n \n');
    await settle();
    expect(written).toEqual([]);
  });
});

describe('what an agent says', () => {
  test('is kept as it says it when the part is whole, and as far as it came when it never is', async () => {
    const { texts, settle, written } = given();
    texts.write({ kind: 'text', part: 'p1', role: 'text', delta: 'Hel' });
    texts.end({ kind: 'part_ended', part: 'p1', role: 'text', text: 'Hello.' });
    texts.write({ kind: 'text', part: 'p2', role: 'thought', delta: 'I should' });
    await settle();
    expect(written.map(({ part, role, text }) => [part, role, text])).toEqual([
      ['p1', 'text', 'Hello.'],
      ['p2', 'thought', 'I should'],
    ]);
  });
});
