import { afterEach, expect, test } from 'vitest';
import { genericScript } from './generic-script.ts';
import { type ModelServer, startModelServer } from './model-server.ts';
import { PASSED, type Script, scriptOf } from './script.ts';
import { demoStory } from './story.ts';
import { storySteps } from './story-steps.ts';

let server: ModelServer;
afterEach(() => server.close());

const play = async (script: Script) => {
  server = await startModelServer({ script, paceMs: 0 });
};

interface Message {
  role: string;
  content: string;
}

async function complete(messages: Message[], more: object = {}, token = server.token): Promise<Response> {
  const tools = ['write', 'read', 'glob', 'bash', 'edit'].map((name) => ({ type: 'function', function: { name } }));
  const body = JSON.stringify({ model: 'm', messages, tools, ...more });
  return fetch(`${server.url}/chat/completions`, { method: 'POST', body, headers: { authorization: `Bearer ${token}` } });
}

async function messageOf(response: Response) {
  const { choices } = (await response.json()) as {
    choices: { message: { content: string; tool_calls?: { function: { name: string; arguments: string } }[] } }[];
  };
  return choices[0]?.message;
}

const prompt = (text: string): Message => ({ role: 'user', content: text });
const answered: Message = { role: 'assistant', content: 'x' };
const JOB = 'Job: run_1/chk_1/2/1\nChunk: parse\nRole: executor\n\nDo it.';
const countSteps: Script = (job, step) => ({ text: `${job.chunk} ${job.role} attempt ${job.attempt} step ${step}` });

test('a request without the key is refused', async () => {
  await play(countSteps);
  expect((await complete([prompt(JOB)], {}, 'wrong')).status).toBe(401);
});

test('the step is counted from the last prompt that carries a job’s marks', async () => {
  await play(countSteps);
  const messages = [
    prompt('Job: run_1/chk_0/1/1\nChunk: other\nRole: reviewer\n'),
    answered,
    prompt(JOB),
    answered,
    { role: 'tool', content: 'ok' },
    answered,
  ];
  expect((await messageOf(await complete(messages)))?.content).toBe('parse executor attempt 2 step 2');
  // A question asked again has no marks, so it goes on from where the job was.
  expect((await messageOf(await complete([...messages, prompt('Again, please.')])))?.content).toBe('parse executor attempt 2 step 2');
});

test('marks are found in a prompt that has only the job’s line', async () => {
  await play(countSteps);
  const bare = 'Job: run_1/chk_1/3/1\nYou review one piece of a specification.\n\n## The chunk\n\nparse-fix: Read it\n';
  expect((await messageOf(await complete([prompt(bare)])))?.content).toBe('parse-fix reviewer attempt 3 step 0');
});

test('requests without tools get a short text, whatever the script wants to call', async () => {
  await play(() => ({ calls: [{ name: 'write', args: {} }] }));
  expect(await messageOf(await complete([prompt(JOB)], { tools: [] }))).toEqual({ role: 'assistant', content: 'Scripted answer.' });
});

test('a tool that is not offered is not called, and a script that is over ends', async () => {
  await play((_, step) => (step === 0 ? { calls: [{ name: 'fly', args: {} }] } : null));
  const first = await messageOf(await complete([prompt(JOB)]));
  expect(first?.content).toContain('no tool fly');
  expect(first?.tool_calls).toBeUndefined();
  expect((await messageOf(await complete([prompt(JOB), answered])))?.content).toBe('Done.');
});

test('a stream is made of deltas, the usage and an end', async () => {
  await play(() => ({ text: 'Two words', calls: [{ name: 'write', args: { filePath: 'a', content: 'b'.repeat(100) } }] }));
  const lines = (await (await complete([prompt(JOB)], { stream: true })).text()).split('\n\n').filter((line) => line !== '');
  expect(lines.at(-1)).toBe('data: [DONE]');
  const events = lines.slice(0, -1).map((line) => JSON.parse(line.slice(6)));
  const deltas = events.flatMap((event) => event.choices.map((choice: { delta: object }) => choice.delta));
  expect(deltas.map((delta) => delta.content ?? '').join('')).toBe('Two words');
  const written = deltas
    .flatMap((delta) => delta.tool_calls ?? [])
    .map((call) => call.function.arguments)
    .join('');
  expect(JSON.parse(written)).toEqual({ filePath: 'a', content: 'b'.repeat(100) });
  expect(events.at(-1).usage.total_tokens).toBeGreaterThan(100);
  expect(events.at(-2).choices[0].finish_reason).toBe('tool_calls');
});

test('another spec with the same short names gets the generic script', async () => {
  const script = scriptOf(storySteps, genericScript);
  await play(script);
  const calls = async (spec: string) =>
    (await messageOf(await complete([prompt(`Job: r/c/1/1\nChunk: money\nRole: executor\n\n${spec}`), answered])))?.tool_calls?.[0]
      ?.function.arguments;
  expect(await calls(demoStory.specMarkdown)).toContain('src/money.js');
  expect(await calls('# Something else')).toContain('notes/money.md');
});

test('every chunk of the demo’s spec has its script and its review', async () => {
  await play(countSteps);
  const keys = Array.from(demoStory.specMarkdown.matchAll(/^### (\S+):/gm), (match) => match[1] ?? '');
  expect(keys).toHaveLength(6);
  for (const chunk of keys)
    for (const role of ['executor', 'reviewer'] as const) {
      const steps = storySteps({ jobId: 'j', chunk, role, attempt: 1, prompt: demoStory.specMarkdown });
      expect(steps?.length, `${chunk} ${role}`).toBeGreaterThan(1);
    }
  expect(PASSED.verdict).toBe('pass');
});
