import type { AgentEnd, AgentEvent, AgentTask } from '../agent.ts';
import { type EndState, endAborted, endFailed, endTripped, NOTHING_DONE } from '../agent-end.ts';
import { type Deferred, deferred } from '../deferred.ts';
import { type Trip, watchLimits } from '../watch-limits.ts';
import { endOfError, endOfPrompt } from './acp-end.ts';
import type { AcpProcess } from './acp-process.ts';
import { AcpReader } from './acp-reader.ts';
import { type OpenSession, openSession } from './acp-session.ts';
import { AcpUsage, type CostBasis } from './acp-usage.ts';
import { answerElicitation, NOT_ANSWERED } from './elicitation.ts';
import { answerPermission, CANCELLED } from './permission.ts';
import { type Prompted, promptedSchema } from './wire.ts';

/** The running agent that a task is put to, and what is remembered of its sessions. */
export interface AcpSeat {
  process: AcpProcess;
  known: Set<string>;
  /** What sessions had cost at last, in US dollars. */
  costs: Map<string, number>;
  /** Ends the process; the next task starts another. */
  drop(): Promise<void>;
}

export interface AcpTask {
  task: AgentTask;
  worktree: string;
  /** Aborted with the worktree. */
  life: AbortSignal;
  model: string | null;
  price: Omit<CostBasis, 'before'>;
  sit(): Promise<AcpSeat>;
  /** Ends a process that is still starting. */
  dropStarting(): Promise<void>;
}

type Cause =
  | { kind: 'answered'; prompted: Prompted }
  | { kind: 'thrown'; error: unknown }
  | { kind: 'aborted' }
  | { kind: 'wrote'; what: string }
  | { kind: 'tripped'; trip: Trip };

const CANCEL_MS = 300;
/** Some agents end their turn when a call is refused: the protocol has no words to say that they may go on. */
const GO_ON = 'That call was refused: it is not allowed here. Go on without it.';
const MOST_GO_ONS = 5;

/** Carries out one task in a session. Never throws. */
export async function runAcpTask(given: AcpTask): Promise<AgentEnd> {
  const { task, life } = given;
  if (task.signal.aborted || life.aborted) return endAborted(NOTHING_DONE);
  const cause = deferred<Cause>();
  const watch = watchLimits(task.limits, (trip) => cause.resolve({ kind: 'tripped', trip }));
  const stop = () => cause.resolve({ kind: 'aborted' });
  task.signal.addEventListener('abort', stop, { once: true });
  life.addEventListener('abort', stop, { once: true });
  const turn = new Turn(given, cause, watch);
  try {
    const answered = turn.begin().then(
      (prompted) => cause.resolve({ kind: 'answered', prompted }),
      (error) => cause.resolve({ kind: 'thrown', error }),
    );
    const why = await cause.promise;
    if (why.kind !== 'answered' && why.kind !== 'thrown') await turn.stop(why.kind === 'aborted', answered);
    return turn.end(why);
  } finally {
    watch.stop();
    turn.leave();
    task.signal.removeEventListener('abort', stop);
    life.removeEventListener('abort', stop);
  }
}

/** One prompt and all that belongs to it. */
class Turn {
  readonly #given: AcpTask;
  readonly #cause: Deferred<Cause>;
  readonly #watch: ReturnType<typeof watchLimits>;
  #seat: AcpSeat | null = null;
  #session: OpenSession | null = null;
  #reader: AcpReader | null = null;
  #usage: AcpUsage | null = null;
  #over = false;
  /** Aborted with the turn: nobody waits for a person's answer any more. */
  readonly #left = new AbortController();
  #unlisten: () => void = () => {};

  constructor(given: AcpTask, cause: Deferred<Cause>, watch: ReturnType<typeof watchLimits>) {
    this.#given = given;
    this.#cause = cause;
    this.#watch = watch;
  }

  async begin(): Promise<Prompted> {
    const { task, worktree, model, price } = this.#given;
    const seat = await this.#given.sit();
    this.#seat = seat;
    const { process, known, costs } = seat;
    process.onNoise = (bytes) => this.#watch.wrote(bytes);
    const session = await openSession(process, { task, worktree, model, known });
    const { sessionId, begun } = session;
    this.#session = session;
    this.#usage = new AcpUsage({ ...price, before: begun === 'new' ? 0 : (costs.get(sessionId) ?? null) });
    const reader = new AcpReader((event) => this.#tell(event), this.#usage);
    this.#reader = reader;
    this.#tell({ kind: 'session', sessionId });
    this.#unlisten = process.listen(sessionId, {
      update: (update) => {
        if (this.#over) return;
        reader.read(update);
        if (task.role !== 'executor' && reader.changed !== null) this.#cause.resolve({ kind: 'wrote', what: reader.changed });
      },
      permission: async (asked) => {
        const { answer, allowed } = await answerPermission(asked, task.role, worktree);
        if (this.#over) return CANCELLED;
        if (allowed) reader.allowed(asked.toolCall);
        else reader.refused();
        return answer;
      },
      elicitation: async (asked) => {
        const { askPerson } = task;
        if (this.#over || askPerson === undefined) return NOT_ANSWERED;
        return answerElicitation(asked, (questions) => this.#watch.waitFor(askPerson(questions, this.#left.signal)));
      },
    });
    let text = task.sessionId !== null && begun === 'new' ? (task.wholePrompt ?? task.prompt) : task.prompt;
    for (let again = 0; ; again++) {
      const prompted = await this.#prompt(process, sessionId, text);
      const brokeOff = prompted.stopReason === 'end_turn' && reader.endedRefused;
      if (!brokeOff || this.#over || again === MOST_GO_ONS) return prompted;
      text = GO_ON;
    }
  }

  async #prompt(process: AcpProcess, sessionId: string, text: string): Promise<Prompted> {
    const answer = process.request('session/prompt', { sessionId, prompt: [{ type: 'text', text }] });
    const died = process.exited.then((reason) => Promise.reject(reason));
    const prompted = promptedSchema.parse(await Promise.race([answer, died]).catch((error: unknown) => orExit(error, process)));
    if (prompted.usage) this.#usage?.end(prompted.usage);
    this.#reader?.end();
    return prompted;
  }

  /** The protocol's own stop first, for it ends tools well; an abort ends the process as well. */
  async stop(aborted: boolean, answered: Promise<void>): Promise<void> {
    this.#over = true;
    this.#left.abort();
    const { process, drop } = this.#seat ?? {};
    if (process === undefined || drop === undefined || this.#session === null) return void (await this.#given.dropStarting());
    void process.notify('session/cancel', { sessionId: this.#session.sessionId });
    const first = await Promise.race([
      answered.then(() => 'quiet'),
      new Promise((resolve) => setTimeout(() => resolve('late'), CANCEL_MS)),
    ]);
    if (aborted || first === 'late') await drop();
  }

  end(why: Cause): AgentEnd {
    const state = this.#state();
    if (why.kind === 'aborted') return endAborted(state);
    if (why.kind === 'tripped') return endTripped(state, why.trip);
    if (why.kind === 'wrote')
      return endFailed(state, 'AGENT_GARBAGE', `It may only read, and changed files (${why.what}): its word does not count.`);
    if (why.kind === 'answered') return endOfPrompt(state, why.prompted.stopReason);
    const ways = this.#seat?.process.initialized.authMethods ?? [];
    return endOfError(
      state,
      why.error,
      ways.map(({ name }) => name).filter((name) => name !== ''),
    );
  }

  leave(): void {
    this.#over = true;
    this.#left.abort();
    this.#unlisten();
    if (this.#seat !== null) this.#seat.process.onNoise = () => {};
    const dollars = this.#usage?.sessionDollars ?? null;
    if (this.#seat === null || this.#session === null) return;
    if (dollars === null) this.#seat.costs.delete(this.#session.sessionId);
    else this.#seat.costs.set(this.#session.sessionId, dollars);
  }

  #state(): EndState {
    const { sessionId, begun } = this.#session ?? { sessionId: this.#given.task.sessionId, begun: undefined };
    if (this.#reader === null || this.#usage === null) return { ...NOTHING_DONE, sessionId };
    return { text: this.#reader.text, sessionId, begun, usage: this.#usage.usage };
  }

  #tell(event: AgentEvent): void {
    if (this.#over) return;
    this.#watch.saw(event);
    this.#given.task.onEvent(event);
  }
}

/** A connection that closed says nothing of why: the process does. */
async function orExit(error: unknown, process: AcpProcess): Promise<never> {
  if (error instanceof Error && (error.name === 'RequestError' || error.name === 'NotStarted')) throw error;
  throw await process.exited;
}
