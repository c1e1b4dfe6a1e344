import { killMarked } from '../../process/marked-process.ts';
import type { AgentEnd, AgentEvent, AgentPlace, AgentTask } from '../agent.ts';
import { type EndState, endAborted, endFailed, endOk, endTripped, NOTHING_DONE } from '../agent-end.ts';
import { type Deferred, deferred } from '../deferred.ts';
import { type Trip, watchLimits } from '../watch-limits.ts';
import { answerQuestions } from './answer-questions.ts';
import { sessionRules } from './config.ts';
import { endOfError, endOfLongWait, LONGEST_RETRY_MS } from './faults.ts';
import { followEvents } from './follow-events.ts';
import { type Meaning, SessionReader } from './map-events.ts';
import type { OpencodeModel } from './model.ts';
import type { OpencodeWire, WireError, WireMessage } from './wire.ts';

/** The server that a task is carried out on. */
export interface TaskServer {
  wire: OpencodeWire;
  /** Settles when the server's process is over. */
  exited: Promise<string>;
  model: OpencodeModel | null;
  /** Our agent there; null: the server is not ours. */
  agent: string | null;
  /** Ends the server; the next task gets another. */
  end(): Promise<void>;
}

/** Why a task stopped waiting for the session. */
type Cause =
  | { kind: 'idle' }
  | { kind: 'aborted' }
  | { kind: 'tripped'; trip: Trip }
  | { kind: 'crashed'; message: string }
  | { kind: 'long_wait'; message: string; waitMs: number; attempt: number };

const ABORT_MS = 300;

/** Carries out one task in a session. Throws only when the server cannot be started or reached at the beginning. */
export async function runTask(task: AgentTask, place: AgentPlace, serve: (task: AgentTask) => Promise<TaskServer>): Promise<AgentEnd> {
  const cause = deferred<Cause>();
  const watch = watchLimits(task.limits, (trip) => cause.resolve({ kind: 'tripped', trip }));
  const over = new AbortController();
  const stop = () => {
    over.abort();
    cause.resolve({ kind: 'aborted' });
  };
  task.signal.addEventListener('abort', stop, { once: true });
  place.signal.addEventListener('abort', stop, { once: true });
  try {
    return await settle({ task, place, serve, cause, watch, over });
  } finally {
    watch.stop();
    over.abort();
    task.signal.removeEventListener('abort', stop);
    place.signal.removeEventListener('abort', stop);
  }
}

interface Running {
  task: AgentTask;
  place: AgentPlace;
  serve(task: AgentTask): Promise<TaskServer>;
  cause: Deferred<Cause>;
  watch: ReturnType<typeof watchLimits>;
  /** Aborted when the task is over: nobody waits for a person's answer any more. */
  over: AbortController;
}

async function settle(run: Running): Promise<AgentEnd> {
  const { task, cause } = run;
  const begun = begin(run);
  // Stop must not wait for a server that is still starting. Any other end can come before the prompt's own answer.
  const first = await Promise.race([begun, cause.promise]);
  if ('kind' in first && (first.kind === 'aborted' || first.kind === 'tripped')) {
    begun.then(leaveLate, () => {});
    return endEarly(run, first);
  }
  const { server, sessionId, begun: how, reader, unfollow, ...rest } = 'kind' in first ? await begun : first;
  const why = await cause.promise;
  const state = (): EndState => ({ text: reader.text, sessionId, begun: how, usage: reader.usage });
  if (why.kind !== 'idle' && why.kind !== 'crashed') await stopSession(run, server, sessionId);
  unfollow();
  if (why.kind === 'aborted') return endAborted(state());
  if (why.kind === 'tripped') return endTripped(state(), why.trip);
  if (why.kind === 'crashed') return endFailed(state(), 'AGENT_CRASHED', why.message);
  if (why.kind === 'long_wait') return endOfLongWait(state(), why);
  const messages = await readAgain(server.wire, sessionId, rest.before).catch(() => null);
  if (messages === null) return endFailed(state(), 'AGENT_CRASHED', 'opencode did not say how the session ended.');
  for (const message of messages) for (const part of message.parts) for (const meaning of reader.readPart(part)) tellOnly(meaning, task);
  return endOfSession(state(), messages, rest.lastError());
}

interface Begun extends BegunSession {
  server: TaskServer;
  reader: SessionReader;
  before: Set<string>;
  lastError(): WireError | null;
  unfollow(): void;
}

async function begin(run: Running): Promise<Begun> {
  const { task, cause, watch } = run;
  const server = await run.serve(task);
  const { wire } = server;
  const { sessionId, begun } = await sessionFor(task, server);
  const earlier = begun === 'new' ? [] : await wire.messages(sessionId);
  const before = new Set(earlier.map((message) => message.info.id));
  const reader = new SessionReader({ sessionId, price: server.model?.price ?? null, ignored: before, now: Date.now });
  let lastError: WireError | null = null;
  let prompted = false;
  const tell = (event: AgentEvent) => {
    watch.saw(event);
    task.onEvent(event);
  };
  const questions = answerQuestions({
    task,
    wire,
    watch,
    over: run.over.signal,
    fail: (message) => cause.resolve({ kind: 'crashed', message }),
  });
  const act = (meaning: Meaning) => {
    if (meaning.kind === 'event') return tell(meaning.event);
    if (meaning.kind === 'idle') return prompted ? cause.resolve({ kind: 'idle' }) : undefined;
    if (meaning.kind === 'permission') return void wire.rejectPermission(meaning.requestId);
    if (meaning.kind === 'question') return void questions.take(meaning.request);
    if (meaning.kind === 'error') {
      lastError = meaning.error;
      return;
    }
    tell({ kind: 'retry', reason: meaning.message, waitMs: meaning.waitMs });
    if (meaning.waitMs > LONGEST_RETRY_MS) cause.resolve({ ...meaning, kind: 'long_wait' });
  };
  tell({ kind: 'session', sessionId });
  const unfollow = await followEvents({ wire, sessionId, reader, act, before });
  server.exited.then((message) => cause.resolve({ kind: 'crashed', message }));
  const model = server.model === null ? undefined : { providerID: server.model.providerID, modelID: server.model.modelID };
  prompted = true;
  const text = task.sessionId !== null && begun === 'new' ? (task.wholePrompt ?? task.prompt) : task.prompt;
  await wire.prompt(sessionId, { text, agent: server.agent ?? undefined, model });
  return { server, sessionId, begun, reader, before, lastError: () => lastError, unfollow };
}

interface BegunSession {
  sessionId: string;
  begun: NonNullable<AgentEnd['begun']>;
}

async function sessionFor(task: AgentTask, { wire, agent }: TaskServer): Promise<BegunSession> {
  if (task.sessionId !== null && (await wire.sessionExists(task.sessionId)))
    return task.fork
      ? { sessionId: await wire.forkSession(task.sessionId), begun: 'forked' }
      : { sessionId: task.sessionId, begun: 'resumed' };
  // Without a title opencode asks the model for one.
  const title = `${task.role} ${task.jobId}`;
  const rules = agent === null ? { permission: sessionRules(task) } : {};
  return { sessionId: await wire.createSession({ title, ...rules }), begun: 'new' };
}

/** The protocol's own stop first, for it ends tools well; then whatever still lives is killed. An abort ends the server as well. */
async function stopSession(run: Running, server: TaskServer, sessionId: string): Promise<void> {
  const quiet = server.wire.abort(sessionId).then(() => 'quiet' as const);
  const first = await Promise.race([quiet, later(ABORT_MS), server.exited]);
  const aborted = run.task.signal.aborted || run.place.signal.aborted;
  if (!aborted && first === 'quiet') return;
  await Promise.all([killMarked(run.place.mark, 100), server.end()]);
}

async function endEarly(run: Running, why: Extract<Cause, { kind: 'aborted' | 'tripped' }>): Promise<AgentEnd> {
  await killMarked(run.place.mark, 100);
  return why.kind === 'tripped' ? endTripped(NOTHING_DONE, why.trip) : endAborted(NOTHING_DONE);
}

/** A server that is not ours is still there, and must not go on with what nobody waits for. */
function leaveLate(begun: Begun): void {
  begun.unfollow();
  void begun.server.wire.abort(begun.sessionId);
}

async function readAgain(wire: OpencodeWire, sessionId: string, before: Set<string>): Promise<WireMessage[]> {
  const messages = await wire.messages(sessionId);
  return messages.filter((message) => message.info.role === 'assistant' && !before.has(message.info.id));
}

/** Only `finish: stop` is success: a session also falls idle after an abort or a retry that was given up, with no error at all. */
function endOfSession(state: EndState, messages: WireMessage[], seen: WireError | null): AgentEnd {
  const last = messages.at(-1)?.info;
  const error = last?.error ?? (last === undefined ? seen : null);
  if (error) return endOfError(state, error);
  if (last?.finish === 'stop') return endOk(state);
  if (last?.finish === 'length') return endFailed(state, 'AGENT_GARBAGE', "The model's answer was cut at its longest length.");
  if (seen) return endOfError(state, seen);
  return endFailed(state, 'AGENT_CRASHED', `opencode ended the session without an answer (${last?.finish ?? 'no finish'}).`);
}

function tellOnly(meaning: Meaning, task: AgentTask): void {
  if (meaning.kind === 'event') task.onEvent(meaning.event);
}

function later(ms: number): Promise<'late'> {
  return new Promise((resolve) => setTimeout(() => resolve('late'), ms));
}
