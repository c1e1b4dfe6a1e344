import * as acp from '@agentclientprotocol/sdk/unstable';
import { z } from 'zod';
import { type MarkedProcess, type ProcessExit, spawnMarked } from '../../process/marked-process.ts';
import type { Contained } from '../contain-writes.ts';
import { readLines } from '../read-lines.ts';
import { type ElicitationAnswer, elicitationSchema, NOT_ANSWERED, type WireElicitation } from './elicitation.ts';
import { CANCELLED, type PermissionAnswer } from './permission.ts';
import {
  type Initialized,
  initializedSchema,
  permissionSchema,
  updateParamsSchema,
  updateSchema,
  type WirePermission,
  type WireUpdate,
} from './wire.ts';

/** Who hears what an agent says of one session. */
export interface SessionListener {
  update(update: WireUpdate): void;
  permission(asked: WirePermission): Promise<PermissionAnswer>;
  elicitation(asked: WireElicitation): Promise<ElicitationAnswer>;
}

/** One running agent, past its `initialize`. */
export interface AcpProcess {
  initialized: Initialized;
  /** Calls a method; rejects with RequestError, or when the process ends. */
  request(method: string, params: object): Promise<unknown>;
  notify(method: string, params: object): Promise<void>;
  listen(sessionId: string, listener: SessionListener): () => void;
  /** Called with the bytes that are no messages: the program's errors, and noise between the lines. */
  onNoise: (bytes: number) => void;
  /** Settles when the process is over. */
  exited: Promise<NotStarted>;
  kill(graceMs?: number): Promise<void>;
}

/** An agent that never came to its first session, or left in the middle of one. */
export class NotStarted extends Error {
  override name = 'NotStarted';
  readonly kind: 'missing' | 'crashed' | 'garbage';
  constructor(kind: 'missing' | 'crashed' | 'garbage', message: string) {
    super(message);
    this.kind = kind;
  }
}

/** To answer `initialize`, and each request about a session but the prompt. */
export const ANSWER_MS = 60_000;
const STDERR_KEPT = 4000;
/** Some print a line or two of their own on standard output. */
const MOST_GARBAGE = 100;
const PROTOCOL_VERSION = 1;
/** None: agents use tools of their own, which bubblewrap contains. What they would ask of the client would be written by this process, which is not. */
const CLIENT = { fs: { readTextFile: false, writeTextFile: false }, terminal: false, elicitation: { form: {} } };

/**
 * Starts an agent and agrees on the protocol. Throws NotStarted.
 * @param signal ends one that is still starting.
 */
export async function startAcp(start: Omit<Contained, 'wrapped'>, cwd: string, signal: AbortSignal): Promise<AcpProcess> {
  if (signal.aborted) throw new NotStarted('crashed', 'Stopped before it began.');
  const link = openLink(start, cwd);
  signal.addEventListener('abort', () => void link.child.kill(100), { once: true });
  const { connection, listeners, child, said } = link;
  const request = (method: string, params: object) => connection.agent.request<unknown, object>(method as string, params);
  let onNoise: (bytes: number) => void = () => {};
  link.onNoise = (bytes) => onNoise(bytes);
  const exited = child.exited.then((exit) => {
    connection.close();
    return new NotStarted(...endOfProcess(exit, said()));
  });
  const answered = request('initialize', {
    protocolVersion: PROTOCOL_VERSION,
    clientCapabilities: CLIENT,
    clientInfo: { name: 'specwright', version: '0' },
  });
  answered.catch(() => {});
  try {
    const initialized = initializedSchema.parse(await within(answered, exited, 'initialize'));
    if (initialized.protocolVersion !== PROTOCOL_VERSION)
      throw new NotStarted('garbage', `The agent speaks version ${initialized.protocolVersion} of the protocol; 1 is needed.`);
    return {
      initialized,
      request,
      notify: (method, params) => connection.agent.notify<object>(method as string, params).catch(() => {}),
      listen: (sessionId, listener) => {
        listeners.set(sessionId, listener);
        return () => void (listeners.get(sessionId) === listener && listeners.delete(sessionId));
      },
      get onNoise() {
        return onNoise;
      },
      set onNoise(hear) {
        onNoise = hear;
      },
      exited,
      kill: child.kill,
    };
  } catch (error) {
    await child.kill();
    if (said().garbage > 0 && !(error instanceof NotStarted && error.kind === 'missing'))
      throw new NotStarted('garbage', `The program does not speak the Agent Client Protocol. It said: ${said().noise}`);
    if (error instanceof z.ZodError)
      throw new NotStarted('garbage', `The agent answered initialize with what is none: ${z.prettifyError(error)}`);
    throw error;
  }
}

/** The answer, or NotStarted when the process ends first or says nothing. */
export async function within<T>(answer: Promise<T>, exited: Promise<NotStarted>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<NotStarted>((resolve) => {
    timer = setTimeout(
      () => resolve(new NotStarted('crashed', `The agent did not answer ${what} within ${ANSWER_MS / 1000} s.`)),
      ANSWER_MS,
    );
  });
  // A connection that closes says so before its process is known to be over: that one tells why.
  const settled = answer.catch((error: unknown) =>
    error instanceof acp.RequestError ? Promise.reject(error) : Promise.race([exited, late]),
  );
  const first = await Promise.race([settled, exited, late]).finally(() => clearTimeout(timer));
  if (first instanceof NotStarted) throw first;
  return first;
}

interface Said {
  errors: string;
  garbage: number;
  noise: string;
}

function openLink(start: Omit<Contained, 'wrapped'>, cwd: string) {
  const listeners = new Map<string, SessionListener>();
  const said: Said = { errors: '', garbage: 0, noise: '' };
  const link = { onNoise: (_: number) => {} };
  let incoming: ReadableStreamDefaultController<acp.AnyMessage> | null = null;
  const readable = new ReadableStream<acp.AnyMessage>({
    start: (controller) => {
      incoming = controller;
    },
  });
  const lines = readLines((line) => {
    const message = parseMessage(line);
    if (message !== null) return incoming?.enqueue(message);
    said.garbage++;
    said.noise = (said.noise || line).slice(0, 500);
    link.onNoise(line.length);
    if (said.garbage > MOST_GARBAGE) void child.kill();
  });
  const child: MarkedProcess = spawnMarked({
    ...start,
    cwd,
    openInput: true,
    onStdout: lines.write,
    onStderr: (chunk) => {
      link.onNoise(chunk.length);
      said.errors = (said.errors + chunk.toString('utf8')).slice(-STDERR_KEPT);
    },
  });
  const write = (message: acp.AnyMessage) =>
    new Promise<void>((done) => {
      if (child.stdin === null || child.stdin.destroyed) return done();
      child.stdin.write(`${JSON.stringify(message)}\n`, () => done());
    });
  const connection = acp
    .client({ name: 'specwright' })
    .onRequest(
      'session/request_permission',
      readPermission,
      ({ params }) => listeners.get(params.sessionId)?.permission(params) ?? CANCELLED,
    )
    .onRequest(
      'elicitation/create',
      (params: unknown) => elicitationSchema.parse(params),
      ({ params }) => listeners.get(params.sessionId ?? '')?.elicitation(params) ?? NOT_ANSWERED,
    )
    .onNotification('session/update', updateParamsSchema, ({ params }) => {
      const update = updateSchema.safeParse(params.update);
      if (update.success) listeners.get(params.sessionId)?.update(update.data);
    })
    .connect({ readable, writable: new WritableStream({ write }) });
  return Object.assign(link, { connection, listeners, child, said: () => said });
}

const readPermission = (params: unknown): WirePermission => permissionSchema.parse(params);

function parseMessage(line: string): acp.AnyMessage | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as acp.AnyMessage) : null;
  } catch {
    return null;
  }
}

function endOfProcess(exit: ProcessExit, { errors, garbage, noise }: Said): ['missing' | 'crashed' | 'garbage', string] {
  if (exit.spawnError !== null) return ['missing', `The agent's program could not be started (${exit.spawnError}).`];
  if (garbage > MOST_GARBAGE)
    return ['garbage', `The agent wrote ${garbage} lines that are no messages of the protocol, the first: ${noise}`];
  const how = exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`;
  return ['crashed', `The agent ended with ${how}. ${errors.trim().slice(-500)}`.trim()];
}
