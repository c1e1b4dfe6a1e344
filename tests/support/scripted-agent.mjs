// A coding agent for tests and benchmarks: the prompt comes on standard input, the work is read from a script.
// Usage: scripted-agent.mjs SCRIPT.json ROLE. The script: { "<chunk key>": { "do": [attempt, ...], "review": [answer, ...] }, "*": ... }
// An attempt: { write: {file: text}, append: {file: text}, say: text, exit: n, hang: true, flood: bytes, child: true, waitMs: n, waitFor: file, touch: file }

import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const [scriptFile, role] = process.argv.slice(2);
const prompt = readFileSync(0, 'utf8');
const key = prompt.match(/^Chunk: (\S+)/m)?.[1] ?? '';
const attempt = Number(prompt.match(/^Job: \S+\/(\d+)\/\d+/m)?.[1] ?? 1);
const script = JSON.parse(readFileSync(scriptFile, 'utf8'));
const part = script[key] ?? script[key.replace(/-fix$/, '')] ?? script['*'] ?? {};
const answers = role === 'reviewer' ? (part.review ?? []) : (part.do ?? []);
const answer =
  answers[Math.min(attempt, answers.length) - 1] ?? (role === 'reviewer' ? { verdict: 'pass' } : { write: { [`${key}.txt`]: `${key}\n` } });

if (script.log) appendFileSync(script.log, `${JSON.stringify({ role, key, attempt, at: Date.now(), pid: process.pid })}\n`);
if (answer.touch) writeFileSync(answer.touch, String(process.pid));
if (answer.child) {
  const child = spawn(process.execPath, ['-e', 'process.on("SIGTERM",()=>{});setInterval(()=>{},1000)'], {
    detached: true,
    stdio: 'ignore',
  });
  if (answer.childPid) writeFileSync(answer.childPid, String(child.pid));
}
for (const [file, text] of Object.entries(answer.write ?? {})) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
for (const [file, text] of Object.entries(answer.append ?? {})) appendFileSync(file, text);
if (answer.flood) {
  const block = 'x'.repeat(64 * 1024);
  for (let sent = 0; sent < answer.flood; sent += block.length) process.stdout.write(block);
}
if (answer.waitMs) await new Promise((done) => setTimeout(done, answer.waitMs));
if (answer.waitFor) while (!existsSync(answer.waitFor)) await new Promise((done) => setTimeout(done, 10));
if (answer.hang) await new Promise(() => setInterval(() => {}, 1000));
if (answer.raw !== undefined) process.stdout.write(answer.raw);
else if (role === 'reviewer') {
  const verdict = answer.verdict ?? 'pass';
  const changes = verdict === 'pass' ? [] : (answer.requestedChanges ?? ['Do it properly.']);
  const checks = [{ name: 'criteria', passed: verdict === 'pass', evidence: { text: 'Looked at the diff.', file: `${key}.txt`, line: 1 } }];
  process.stdout.write(
    `${JSON.stringify({ verdict, summary: answer.summary ?? `The review says ${verdict}.`, checks, requestedChanges: changes })}\n`,
  );
} else process.stdout.write(`${answer.say ?? `Did ${key}.`}\n`);
process.exitCode = answer.exit ?? 0;
