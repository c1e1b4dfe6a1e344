#!/usr/bin/env node
import { spawn } from 'node:child_process';
// Speaks the protocol of `claude -p --output-format stream-json` as it was recorded, for tests. STAND_IN chooses what happens.
import { appendFileSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const flags = process.argv.slice(2);
const converses = flags.includes('--input-format');
const lines = converses ? createInterface({ input: process.stdin })[Symbol.asyncIterator]() : null;
const hear = async () => JSON.parse((await lines.next()).value ?? 'null');
const prompt = converses ? (await hear()).message.content : readFileSync(0, 'utf8');
const flagged = (flag) => (flags.includes(flag) ? flags[flags.indexOf(flag) + 1] : null);
if (flagged('--resume') === 'lost') {
  process.stderr.write('No conversation found with session ID: lost\n');
  process.exit(1);
}
const session = flagged('--resume') ?? '11111111-2222-3333-4444-555555555555';
const say = (message) => process.stdout.write(`${JSON.stringify({ session_id: session, uuid: 'u', ...message })}\n`);
const usage = { input_tokens: 100, output_tokens: 20, cache_read_input_tokens: 50, cache_creation_input_tokens: 10 };
const result = (more) =>
  say({
    type: 'result',
    subtype: 'success',
    is_error: false,
    num_turns: 2,
    result: 'Wrote the file.',
    total_cost_usd: 0.0252,
    usage,
    modelUsage: {},
    model_usage_since_last_result: { 'claude-opus': { costUSD: 0.005 } },
    ...more,
  });
const stream = (event) => say({ type: 'stream_event', event });
// A block at a time: its deltas, then the block as a message of its own, whose output tokens are those of the beginning.
const begin = (id) => stream({ type: 'message_start', message: { id, usage: { ...usage, output_tokens: 1 } } });
const block = (id, index, content, ...deltas) => {
  stream({ type: 'content_block_start', index, content_block: { type: content.type } });
  for (const delta of deltas) stream({ type: 'content_block_delta', index, delta });
  say({
    type: 'assistant',
    message: { id, model: 'claude-opus', role: 'assistant', content: [content], usage: { ...usage, output_tokens: 1 } },
  });
  stream({ type: 'content_block_stop', index });
};
const finish = () => stream({ type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: usage.output_tokens } });
const synthetic = (text) =>
  say({ type: 'assistant', message: { id: 's1', model: '<synthetic>', role: 'assistant', content: [{ type: 'text', text }], usage: {} } });

if (process.env.STAND_IN_LOG)
  appendFileSync(process.env.STAND_IN_LOG, `${JSON.stringify({ flags, prompt, env: process.env, cwd: process.cwd() })}\n`);
say({ type: 'system', subtype: 'init', tools: [], model: 'opus', cwd: process.cwd(), permissionMode: 'dontAsk', apiKeySource: 'none' });

const plays = {
  works() {
    begin('m1');
    block('m1', 0, { type: 'thinking', thinking: 'Hm.' }, { type: 'thinking_delta', thinking: 'Hm.' });
    block('m1', 1, { type: 'text', text: 'I write.' }, { type: 'text_delta', text: 'I wri' }, { type: 'text_delta', text: 'te.' });
    block('m1', 2, { type: 'tool_use', id: 't1', name: 'Bash', input: { command: 'echo hello' } });
    finish();
    say({
      type: 'user',
      message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: [{ type: 'text', text: 'hello' }] }] },
    });
    begin('m2');
    block('m2', 0, { type: 'text', text: 'Wrote the file.' });
    finish();
    result({});
  },
  async asks() {
    const questions = [{ question: 'Where?', header: 'Store', options: [{ label: 'A file', description: '' }], multiSelect: true }];
    const request = (request_id, tool_name, input) =>
      process.stdout.write(
        `${JSON.stringify({ type: 'control_request', request_id, request: { subtype: 'can_use_tool', tool_name, input } })}\n`,
      );
    request('r1', 'Write', { file_path: '/etc/passwd' });
    const refused = (await hear()).response;
    request('r2', 'AskUserQuestion', { questions });
    const answered = (await hear()).response;
    request('r3', 'AskUserQuestion', { questions });
    process.stdout.write(`${JSON.stringify({ type: 'control_cancel_request', request_id: 'r3' })}\n`);
    result({ result: JSON.stringify([refused, answered]) });
    // Another prompt could come: it ends when its input does.
    await hear();
  },
  reviews: () => result({ structured_output: { verdict: 'pass', summary: 'Fine.', checks: [], requestedChanges: [] } }),
  forgetsSchema: () => result({ result: 'Looks good!' }),
  spendsTooMuch() {
    result({ subtype: 'error_max_budget_usd', is_error: true, errors: ['Reached maximum budget ($1)'] });
    process.exitCode = 1;
  },
  apiError() {
    synthetic('API Error: Overloaded');
    result({ is_error: true, terminal_reason: 'api_error', api_error_status: 529, result: 'Overloaded' });
    process.exitCode = 1;
  },
  lostConnection() {
    begin('m1');
    synthetic('API Error: Connection to the API was lost (ECONNRESET).');
    result({ is_error: true, terminal_reason: 'api_error', api_error_status: null, result: 'API Error: Connection to the API was lost.' });
    process.exitCode = 1;
  },
  usedUp() {
    const resetsAt = Math.ceil(Date.now() / 1000) + 7200;
    say({ type: 'rate_limit_event', rate_limit_info: { status: 'rejected', resetsAt, rateLimitType: 'five_hour' } });
    result({ is_error: true, terminal_reason: 'api_error', api_error_status: 429, result: "You've hit your 5-hour limit" });
    process.exitCode = 1;
  },
  notSignedIn() {
    synthetic('Not logged in · Please run /login');
    result({ is_error: true, terminal_reason: 'api_error', api_error_status: null, result: 'Not logged in · Please run /login' });
    process.exitCode = 1;
  },
  wrongKey() {
    say({ type: 'system', subtype: 'api_retry', attempt: 1, max_retries: 2, error_status: 401, error: 'authentication_failed' });
    setInterval(() => {}, 1000);
  },
  sleeps() {
    begin('m1');
    block('m1', 0, { type: 'tool_use', id: 't1', name: 'Bash', input: { command: 'sleep 348' } });
    spawn('sleep', ['348'], { detached: true, stdio: 'ignore' });
    process.on('SIGTERM', () => {});
    setInterval(() => {}, 1000);
  },
  garbage() {
    process.stdout.write('{"type":"assis\u0000\n\u001b[31mnot json\n');
  },
  crashes() {
    process.stderr.write('No conversation found with session ID: x\n');
    process.exitCode = 1;
  },
};
await plays[prompt.match(/PLAY (\w+)/)[1]]();
if (converses) process.exit();
