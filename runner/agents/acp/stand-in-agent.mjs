#!/usr/bin/env node
// An agent of the protocol that does what its prompt says: a word after PLAY. It writes what it was sent into STAND_IN_LOG.
import { spawn } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const log = (entry) => appendFileSync(process.env.STAND_IN_LOG, `${JSON.stringify(entry)}\n`);
const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const update = (sessionId, fields) => send({ method: 'session/update', params: { sessionId, update: fields } });
const say = (sessionId, text) => update(sessionId, { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } });
const [how = 'whole'] = process.argv.slice(2);
if (how === 'silent') process.stdin.resume();
if (how === 'dies') {
  process.stderr.write('no licence found\n');
  process.exit(3);
}
if (how === 'chats') process.stdout.write('Welcome!\n\nReady.\n');
if (how === 'floods') for (let line = 0; line < 200; line++) process.stdout.write(`line ${line}\n`);

const waiting = new Map();
let asked = 0;
const ask = (method, params) =>
  new Promise((resolve) => {
    asked++;
    waiting.set(`a${asked}`, resolve);
    send({ id: `a${asked}`, method, params });
  });

const sessions = how === 'remembers' ? new Set(['s-old']) : new Set();
const cancelled = new Set();
const models = {
  currentModelId: 'acme/small',
  availableModels: [
    { modelId: 'acme/small', name: 'Small' },
    { modelId: 'acme/large', name: 'Large' },
  ],
};
const modes = {
  currentModeId: 'yolo',
  availableModes: [
    { id: 'default', name: 'Asks' },
    { id: 'yolo', name: 'Asks nothing' },
  ],
};

const methods = {
  initialize: () => ({
    protocolVersion: 1,
    agentInfo: { name: 'stand-in', version: '7.1' },
    agentCapabilities: { loadSession: how === 'remembers', sessionCapabilities: how === 'remembers' ? { fork: {} } : {} },
    authMethods: [{ id: 'x', name: 'Stand-in login' }],
  }),
  'session/new': () => begin(`s${sessions.size + 1}`),
  'session/load': ({ sessionId }) => {
    if (!sessions.has(sessionId)) throw { code: -32602, message: `no session ${sessionId}` };
    say(sessionId, 'said long ago');
    return { models, modes };
  },
  'session/fork': ({ sessionId }) => {
    if (!sessions.has(sessionId)) throw { code: -32602, message: `no session ${sessionId}` };
    return begin(`${sessionId}-fork`);
  },
  'session/set_model': () => ({}),
  'session/set_mode': () => ({}),
  'session/prompt': prompt,
};

function begin(sessionId) {
  sessions.add(sessionId);
  return { sessionId, models, modes };
}

const permit = async (sessionId, call) => {
  const options = [
    { optionId: 'yes', name: 'Yes', kind: 'allow_once' },
    { optionId: 'ever', name: 'Always', kind: 'allow_always' },
    { optionId: 'no', name: 'No', kind: 'reject_once' },
  ];
  const { result } = await ask('session/request_permission', { sessionId, toolCall: { toolCallId: 'p', ...call }, options });
  return result?.outcome?.optionId ?? result?.outcome?.outcome;
};

async function prompt({ sessionId, prompt: [{ text }] }) {
  const [, play = how === 'worker' ? 'works' : undefined, rest = ''] = text.match(/PLAY (\S+) ?(.*)/) ?? [];
  const tool = (fields) => update(sessionId, { toolCallId: 'c1', ...fields });
  if (play === 'works') {
    update(sessionId, { sessionUpdate: 'agent_thought_chunk', content: { type: 'text', text: 'Hm.' } });
    say(sessionId, 'I ');
    say(sessionId, 'write.');
    tool({ sessionUpdate: 'tool_call', title: 'bash', kind: 'execute', status: 'pending', rawInput: {} });
    tool({ sessionUpdate: 'tool_call_update', status: 'in_progress', rawInput: { command: 'echo hello' } });
    writeFileSync('made.txt', 'made\n');
    tool({ sessionUpdate: 'tool_call_update', status: 'completed', rawOutput: { output: 'hello\n' } });
    update(sessionId, { sessionUpdate: 'available_commands_update', availableCommands: [] });
    say(sessionId, 'Wrote the file.');
    update(sessionId, { sessionUpdate: 'usage_update', used: 10, size: 100, cost: { amount: 0.01 * ++asked, currency: 'USD' } });
    return { stopReason: 'end_turn', usage: { totalTokens: 1500, inputTokens: 1000, outputTokens: 300, cachedReadTokens: 200 } };
  }
  if (play === 'asks') {
    const answers = [];
    for (const call of JSON.parse(rest)) answers.push(await permit(sessionId, call));
    say(sessionId, JSON.stringify(answers));
    return { stopReason: 'end_turn' };
  }
  if (play === 'elicits') {
    const { result } = await ask('elicitation/create', { sessionId, mode: 'form', ...JSON.parse(rest) });
    say(sessionId, JSON.stringify(result));
    return { stopReason: 'end_turn' };
  }
  if (play === 'edits') {
    tool({ sessionUpdate: 'tool_call', title: 'Edit a.txt', kind: 'edit', status: 'completed', locations: [{ path: 'a.txt' }] });
    await new Promise(() => {});
  }
  if (play === 'sleeps') {
    spawn('sleep', ['301'], { detached: true, stdio: 'ignore' });
    say(sessionId, 'Asleep.');
    await new Promise((resolve) => cancelled.add(resolve));
    return { stopReason: 'cancelled' };
  }
  if (play === 'deaf') {
    say(sessionId, 'I do not listen.');
    await new Promise(() => {});
  }
  if (play === 'crashes') {
    process.stderr.write('segmentation fault\n');
    process.exit(9);
  }
  if (play === 'loops')
    for (let at = 0; at < 500; at++) {
      update(sessionId, { toolCallId: `t${at}`, sessionUpdate: 'tool_call', title: 'again', kind: 'read', status: 'completed' });
      say(sessionId, 'Again.');
      await new Promise((resolve) => setImmediate(resolve));
    }
  if (play === 'noise') {
    for (let line = 0; line < 200; line++) process.stdout.write(`line ${line}\n`);
    await new Promise(() => {});
  }
  if (play === 'gives-up') {
    await permit(sessionId, { kind: 'fetch' });
    return { stopReason: 'end_turn' };
  }
  if (play === 'stops') return { stopReason: rest };
  if (play === 'fails')
    throw { code: Number(rest.split(' ')[0]), message: 'Internal error', data: { details: rest.split(' ').slice(1).join(' ') } };
  if (play === 'terminal') {
    const { error } = await ask('terminal/create', { sessionId, command: 'id' });
    const written = await ask('fs/write_text_file', { sessionId, path: '/etc/x', content: 'x' });
    say(sessionId, `${error?.code} ${written.error?.code}`);
    return { stopReason: 'end_turn' };
  }
  say(sessionId, play === undefined ? `Got: ${text}` : rest);
  return { stopReason: 'end_turn' };
}

createInterface({ input: process.stdin }).on('line', async (line) => {
  const message = JSON.parse(line);
  if (how === 'silent') return;
  if (message.method === undefined) return waiting.get(message.id)?.(message);
  log({ method: message.method, params: message.params });
  if (message.method === 'session/cancel') {
    for (const wake of cancelled) wake();
    return;
  }
  try {
    const method = methods[message.method];
    if (!method) throw { code: -32601, message: 'Method not found' };
    send({ id: message.id, result: await method(message.params) });
  } catch (error) {
    send({ id: message.id, error });
  }
});
