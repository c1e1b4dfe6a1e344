import { isRefusal } from '@specwright/protocol/error-code.ts';
import { newId } from '@specwright/protocol/id.ts';
import { leaseLapsed, leaseReleased, type Word, wordsOwed } from '@specwright/protocol/obligations.ts';
import type { Piece } from '@specwright/protocol/piece.ts';
import type { RunCommand } from '@specwright/protocol/run-command.ts';
import type { RunState } from '@specwright/protocol/run-state.ts';
import type { Granted, RunnerDown } from '@specwright/protocol/runner-down.ts';
import { type Claim, type FactsFrame, type RunnerUp, runnerUpSchema, type TextFrame } from '@specwright/protocol/runner-up.ts';
import { OLDEST_WIRE, PHASE_WIRE, WIRE_VERSION } from '@specwright/protocol/wire-version.ts';
import { workflowFile } from '@specwright/protocol/workflow-file.ts';
import type { Decision } from './decision.ts';
import type { JobCredentials } from './job-credentials.ts';
import { jobMessage } from './job-message.ts';
import type { RunStore } from './run-store.ts';
import { type RunnerSockets, say } from './runner-sockets.ts';
import { TooLargeError } from './storage-guard.ts';
import { wrongPiece } from './wrong-piece.ts';

interface Run {
  state(): RunState | null;
  take(command: RunCommand, quietly: boolean, pieces?: Piece[]): Decision;
  claimed(fence: number): void;
  text(frame: TextFrame): void;
  isWatched(): boolean;
  /** How long a runner may rely on its lease after its last answered ping: no longer than one with a closed socket stands. */
  leaseMs: number;
  credentials: JobCredentials;
}

/** The conversation with runners: their frames become commands, and what the run owes them becomes frames. */
export class RunnerTalk {
  private readonly store: RunStore;
  private readonly sockets: RunnerSockets;
  private readonly run: Run;

  constructor(store: RunStore, sockets: RunnerSockets, run: Run) {
    this.store = store;
    this.sockets = sockets;
    this.run = run;
  }

  hear(socket: WebSocket, message: string): void {
    const frame = read(message);
    if (typeof frame === 'string') {
      say(socket, { type: 'bad_frame', message: frame });
      return;
    }
    if (frame.type === 'claim') {
      this.claim(socket, frame);
      return;
    }
    const { lifeId } = this.sockets.card(socket);
    if (lifeId === null) {
      say(socket, { type: 'bad_frame', message: 'Claim the run first.' });
      return;
    }
    this.sockets.heard(lifeId, Date.now());
    if (frame.type === 'facts') this.facts(socket, lifeId, frame);
    else if (frame.type === 'text') this.text(lifeId, frame);
    else this.confirm(socket, lifeId, frame.fence);
  }

  /** A life asks for the run: with the socket's opening, or as a frame. */
  claim(socket: WebSocket, claim: Claim): void {
    const now = Date.now();
    if (claim.wire > WIRE_VERSION || claim.wire < OLDEST_WIRE) {
      say(socket, { type: 'bad_frame', message: `This server speaks version ${WIRE_VERSION}; update the runner.` });
      socket.close(1008, 'WIRE_VERSION');
      return;
    }
    if (claim.wire < PHASE_WIRE && this.run.state()?.phase !== undefined) {
      say(socket, { type: 'gone', message: 'This runner is too old for Complete Phase; update it.' });
      return;
    }
    const { runnerId, runnerName } = this.sockets.card(socket);
    const lease = this.run.state()?.lease;
    // A socket speaks for a life only when that is its own: what is said to a life must not reach another runner.
    if (lease?.lifeId !== claim.lifeId || lease.runnerId === runnerId) this.sockets.claim(socket, claim.lifeId, now);
    const named = { runnerId, runnerName: runnerName || claim.runnerName, lifeId: claim.lifeId, fence: claim.fence };
    const decision = this.run.take({ kind: 'claim', ...named, leaseId: newId('lease'), now }, true);
    if (isRefusal(decision)) say(socket, { type: 'gone', message: decision.message });
    else if (decision.answer?.kind === 'granted') this.grant(socket, decision.state, decision.answer);
    else if (decision.answer?.kind === 'not_yet') say(socket, { ...withoutKind(decision.answer), type: 'not_yet' });
    else if (decision.answer?.kind === 'gone') say(socket, { type: 'gone', message: decision.answer.message });
  }

  /** Says to the life that holds the lease what the run owes it. */
  say(words: Word[]): void {
    const state = this.run.state();
    if (state?.lease == null) return;
    for (const word of words) this.sockets.tell(state.lease.lifeId, this.frame(state, word));
  }

  /** A phase's account goes to the machine that holds the run, or held it a moment ago, at each transition. */
  account(before: RunState | null, after: RunState): void {
    const lease = after.lease ?? before?.lease;
    if (after.phase === undefined || lease?.state !== 'held' || before?.phase?.decisions === after.phase.decisions) return;
    this.sockets.tell(lease.lifeId, { type: 'workflow_file', text: workflowFile(after) });
  }

  release(before: RunState | null, after: RunState): void {
    const released = leaseReleased(before, after);
    if (released !== null) this.sockets.tell(released.lifeId, { type: 'released', message: released.message });
    const lapsed = leaseLapsed(before, after);
    if (lapsed !== null) this.sockets.closeLife(lapsed.lifeId, 'lease lapsed');
  }

  watch(on: boolean): void {
    const lease = this.run.state()?.lease;
    if (lease?.state === 'held') this.sockets.tell(lease.lifeId, { type: 'watch', on });
  }

  private grant(socket: WebSocket, state: RunState, { fence, leaseId }: { fence: number; leaseId: string }): void {
    this.run.claimed(fence);
    say(socket, { type: 'granted', leaseId, fence, leaseMs: this.run.leaseMs, received: state.received, run: grantedRun(state) });
    if (this.run.isWatched()) say(socket, { type: 'watch', on: true });
    for (const word of wordsOwed(state)) say(socket, this.frame(state, word));
  }

  // Text is not stored, but pages show it: only of the job that is out, from the life that has it.
  private text(lifeId: string, frame: TextFrame): void {
    const state = this.run.state();
    if (state?.lease?.lifeId === lifeId && state.job?.id === frame.jobId) this.run.text(frame);
  }

  private facts(socket: WebSocket, lifeId: string, frame: FactsFrame): void {
    const { fence, first, facts, pieces } = frame;
    const lacking = this.run.credentials.lacking(facts, frame.credentials);
    if (lacking !== null) {
      this.refuseForged(socket, lacking);
      return;
    }
    const forged = wrongPiece(pieces);
    if (forged !== null) {
      say(socket, { type: 'bad_frame', message: `The text of piece ${forged} has another hash.` });
      return;
    }
    const decision = this.takeFacts({ kind: 'facts', lifeId, fence, first, facts, newIds: [newId('chunk')], now: Date.now() }, pieces);
    if (decision === 'too_large') {
      say(socket, { type: 'bad_frame', message: 'The facts are larger than a row may be.' });
    } else if (isRefusal(decision)) {
      say(socket, { type: 'bad_frame', message: `${decision.code}: ${decision.message}` });
    } else if (decision.answer?.kind === 'gap') {
      // Opening the socket again makes the runner send all that is not confirmed.
      say(socket, { type: 'bad_frame', message: `Fact ${decision.answer.expected} is missing; send again from there.` });
      socket.close(4001, 'gap');
    } else if (decision.answer?.kind === 'received') {
      say(socket, { type: 'confirmed', fence, upTo: decision.answer.upTo });
    }
  }

  private refuseForged(socket: WebSocket, jobId: string): void {
    const { runnerId } = this.sockets.card(socket);
    console.error(JSON.stringify({ at: 'job_credential', runId: this.run.state()?.id, runnerId, jobId: jobId.slice(0, 200) }));
    say(socket, { type: 'bad_frame', message: 'These facts name a job without its credential; they were dropped.' });
  }

  private takeFacts(command: RunCommand, pieces: Piece[]): Decision | 'too_large' {
    try {
      return this.run.take(command, false, pieces);
    } catch (error) {
      if (error instanceof TooLargeError) return 'too_large';
      throw error;
    }
  }

  private confirm(socket: WebSocket, lifeId: string, fence: number): void {
    const decision = this.run.take({ kind: 'confirm_lease', lifeId, fence, now: Date.now() }, false);
    const held = !isRefusal(decision) && decision.answer?.kind === 'lease' && decision.answer.held;
    say(socket, { type: 'lease_confirmed', fence, held });
  }

  private frame(state: RunState, word: Word): RunnerDown {
    if (word.type !== 'job') return word;
    if (state.job === null) throw new Error('a job is owed that is not out');
    const { id } = state.job;
    return { type: 'job', job: jobMessage(state, state.job, (hash) => this.store.piece(hash)), credential: this.run.credentials.of(id) };
  }
}

function grantedRun(state: RunState): Granted['run'] {
  const { id, projectId, organisationId, specTitle, repository, branch, startFrom, head, settings } = state;
  const { phase } = state;
  const run = { id, projectId, organisationId, specTitle, repository, branch, startFrom, head, settings };
  return phase === undefined ? run : { ...run, phase: { config: phase.config, folder: phase.folder } };
}

function withoutKind({ retryInMs, message }: { retryInMs: number; message: string }) {
  return { retryInMs, message };
}

function read(message: string): RunnerUp | string {
  try {
    const parsed = runnerUpSchema.safeParse(JSON.parse(message));
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'wrong'}`;
  } catch {
    return 'This is not JSON.';
  }
}
