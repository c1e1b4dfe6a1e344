import type { AgentEnd, AgentTask } from '../agent.ts';
import { type AcpProcess, within } from './acp-process.ts';
import { sessionSchema, type WireSession } from './wire.ts';

export interface OpenSession {
  sessionId: string;
  begun: NonNullable<AgentEnd['begun']>;
}

/** What a person named and the agent does not offer. */
export class NotOffered extends Error {
  override name = 'NotOffered';
}

export interface SessionWish {
  task: AgentTask;
  worktree: string;
  model: string | null;
  /** Sessions that this process knows already. */
  known: Set<string>;
}

/** The session of a task: a new one, or the one to be gone on in, or its fork. One that is lost begins anew. Throws NotOffered, NotStarted, RequestError. */
export async function openSession(process: AcpProcess, wish: SessionWish): Promise<OpenSession> {
  const { task, worktree, known } = wish;
  const call = async (method: string, params: object) =>
    sessionSchema.parse((await within(process.request(method, params), process.exited, method)) ?? {});
  const place = { cwd: worktree, mcpServers: [] };
  const again = task.sessionId === null ? null : await goOn(process, { ...wish, sessionId: task.sessionId }, call);
  const answer = again?.answer ?? (await call('session/new', place));
  const sessionId = again?.sessionId ?? answer.sessionId ?? '';
  known.add(sessionId);
  await setModel(answer, wish.model, (method, params) => call(method, { sessionId, ...params }));
  await setMode(answer, task.role, (method, params) => call(method, { sessionId, ...params }));
  return { sessionId, begun: again?.begun ?? 'new' };
}

type Call = (method: string, params: object) => Promise<WireSession>;

/** null: the agent cannot, or does not have the session any more. */
async function goOn(process: AcpProcess, wish: SessionWish & { sessionId: string }, call: Call) {
  const { sessionId, worktree, known, task } = wish;
  const can = process.initialized.agentCapabilities;
  const params = { sessionId, cwd: worktree, mcpServers: [] };
  const tried = async (method: string) => call(method, params).catch(refusedOnly);
  if (task.fork) {
    const answer = can?.sessionCapabilities?.fork ? await tried('session/fork') : null;
    return answer?.sessionId ? { answer, sessionId: answer.sessionId, begun: 'forked' as const } : null;
  }
  if (known.has(sessionId)) return { answer: sessionSchema.parse({}), sessionId, begun: 'resumed' as const };
  const resumed = can?.sessionCapabilities?.resume ? await tried('session/resume') : null;
  const answer = resumed ?? (can?.loadSession ? await tried('session/load') : null);
  return answer === null ? null : { answer, sessionId, begun: 'resumed' as const };
}

/** A refusal means that the session is not there; that the process died is another matter. */
function refusedOnly(error: unknown): null {
  if (error instanceof Error && error.name === 'NotStarted') throw error;
  return null;
}

/** By its id, by its name, or by the last part of its id (`provider/model`). */
async function setModel(session: WireSession, wanted: string | null, call: Call): Promise<void> {
  if (wanted === null) return;
  const option = session.configOptions?.find(({ id, category }) => category === 'model' || id === 'model');
  const choices = option
    ? choicesOf(option)
    : (session.models?.availableModels ?? []).map(({ modelId, name }) => ({ value: modelId, name }));
  // A session that is gone on in keeps the model that it has.
  if (choices.length === 0 && session.sessionId === undefined) return;
  const found = choices.find(({ value, name }) => value === wanted || name === wanted || value.endsWith(`/${wanted}`));
  if (found === undefined)
    throw new NotOffered(
      notOffered(
        wanted,
        choices.map(({ value }) => value),
      ),
    );
  if (found.value === (option?.currentValue ?? session.models?.currentModelId)) return;
  if (option) await call('session/set_config_option', { configId: option.id, value: found.value });
  else await call('session/set_model', { modelId: found.value });
}

function notOffered(wanted: string, offered: string[]): string {
  if (offered.length === 0)
    return `The agent offers no choice of models: leave out "${wanted}", and choose the model as the agent wants it.`;
  return `The agent does not offer the model "${wanted}". It offers ${offered.slice(0, 20).join(', ')}.`;
}

/** Modes in which the agent asks before it acts; a reader's first. Others ask nobody, or have a model decide. */
const MODES = { reader: ['read-only', 'default'], executor: ['default'] };

async function setMode(session: WireSession, role: AgentTask['role'], call: Call): Promise<void> {
  const option = session.configOptions?.find(({ id, category }) => category === 'mode' || id === 'mode');
  const offered = session.modes?.availableModes.map(({ id }) => id) ?? (option ? choicesOf(option).map(({ value }) => value) : []);
  const current = session.modes?.currentModeId ?? option?.currentValue;
  const wanted = MODES[role === 'executor' ? 'executor' : 'reader'].find((id) => offered.includes(id));
  if (wanted === undefined || wanted === current) return;
  if (session.modes) await call('session/set_mode', { modeId: wanted });
  else await call('session/set_config_option', { configId: option?.id, value: wanted });
}

function choicesOf(option: NonNullable<WireSession['configOptions']>[number]): { value: string; name: string }[] {
  return (option.options ?? []).flatMap((one) =>
    'options' in one ? (one.options as { value: string; name: string }[]) : [one as { value: string; name: string }],
  );
}
