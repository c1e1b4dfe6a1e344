import type { MachineNeed } from '@specwright/protocol/pull.ts';
import { newsOf } from '@specwright/protocol/run-news.ts';
import { DEFAULT_RUN_SETTINGS } from '@specwright/protocol/run-plan.ts';
import { machineNeed } from '../../spec-run/machine-need.ts';
import { Random } from '../../spec-run/simulation/random.ts';
import { planned } from '../../spec-run/testing/samples.ts';
import type { StartInput } from '../dispatch-port.ts';
import { Incarnation, Lost } from './incarnation.ts';
import { Disk } from './platform.ts';
import { SimRun } from './sim-run.ts';
import { SimRunner } from './sim-runner.ts';

export const MAX_ACTIVE = 2;
const PROJECTS = ['p', 'q'];
const VISIBILITY_MS = 5_000;

export interface SimSpec {
  id: string;
  projectId: string;
  /** The run that a start answered with; null: none was accepted. */
  runId: string | null;
  /** A person stopped, removed or deleted it: it need not complete. */
  isGivenUp: boolean;
}

/** An organisation with its dispatch, runs, runners and people; all that may go wrong between them goes wrong by a seed. */
export class World {
  readonly random: Random;
  readonly runs = new Map<string, SimRun>();
  readonly specs: SimSpec[];
  readonly runners: SimRunner[];
  readonly disk = new Disk();
  readonly trace: string[] = [];
  messages: MachineNeed[] = [];
  dispatch: Incarnation;
  now = 1_800_000_000_000;
  faults = 0;
  /** How often something goes wrong where it can. */
  evil = 0.12;
  deleted: string | null = null;
  private readonly setClock: (now: number) => void;
  private asked = 0;

  constructor(seed: number, setClock: (now: number) => void) {
    this.random = new Random(seed);
    this.setClock = setClock;
    setClock(this.now);
    const specs = 6 + this.random.below(6);
    this.specs = Array.from({ length: specs }, (_, n) => ({
      id: `spec${n}`,
      projectId: this.random.pick(PROJECTS),
      runId: null,
      isGivenUp: false,
    }));
    this.runners = ['one', 'two', 'three'].map((id) => new SimRunner(id, this.random.between(1, 3)));
    this.dispatch = new Incarnation(this);
    for (const runner of this.runners) this.announceNow(runner);
  }

  later(ms: number): void {
    this.now += ms;
    this.setClock(this.now);
  }

  /** Something may go wrong here; each time that it does counts. */
  strikes(probability = this.evil): boolean {
    const hit = this.random.chance(probability);
    if (hit) this.faults += 1;
    return hit;
  }

  crash(): void {
    this.note('dispatch crashes');
    this.dispatch.die();
    this.dispatch = new Incarnation(this);
  }

  note(text: string): void {
    this.trace.push(`${this.now - 1_800_000_000_000} ${text}`);
  }

  /** A call to dispatch over a link that loses questions and answers. Null: the caller heard nothing. */
  async ask<T>(what: string, work: (dispatch: Incarnation) => Promise<T> | T): Promise<T | null> {
    if (this.strikes()) {
      this.note(`lost on its way: ${what}`);
      return null;
    }
    const { dispatch } = this;
    const answer = await Promise.race([Promise.resolve().then(() => work(dispatch)), dispatch.died]).catch((error) => {
      if (error instanceof Lost) return null;
      throw error;
    });
    await settled();
    if (answer === null || answer === Lost) return null;
    if (!this.strikes()) return answer as T;
    this.note(`answer lost: ${what}`);
    return null;
  }

  announceNow(runner: SimRunner): void {
    const { runnerDesk } = this.dispatch;
    const flags = { labels: [], sharing: 'organisation' as const, projectIds: [], paused: false, draining: false };
    runnerDesk.set(runner.id, { name: runner.id, ownerId: 'usr_1', ...flags });
    const life = { wire: 2, lifeId: runner.lifeId, endedLives: runner.endedLives, version: '1', slots: runner.slots, found: [] };
    this.dispatch.announce(runner.id, life);
  }

  startInput(spec: SimSpec): StartInput {
    const runId = `run_${String(this.runs.size).padStart(4, '0')}`;
    this.runs.set(runId, new SimRun(runId));
    const actor = { id: `usr_${this.random.below(3)}`, name: 'Somebody' };
    const items = Array.from({ length: this.random.between(1, 3) }, (_, n) => planned(`${spec.id} ${n}`));
    const line = { maxActive: MAX_ACTIVE, fairSharing: this.random.chance(0.5), pausedSlotMs: 20_000, archived: false };
    const run = {
      ...{ runId, organisationId: 'org_1', projectId: spec.projectId, specId: spec.id, specTitle: spec.id, branch: runId, startFrom: null },
      ...{ repository: { kind: 'path' as const, path: '/repo', defaultBranch: null }, settings: DEFAULT_RUN_SETTINGS, actor, pieces: [] },
      plan: { kind: 'chunks' as const, specPiece: 'piece', items },
    };
    return { specId: spec.id, projectId: spec.projectId, priority: this.random.below(3), line, run, reopen: null };
  }

  /** Performs what a run owes; it stays owed until it is confirmed. */
  async performEffect(run: SimRun): Promise<void> {
    const [effect] = run.outbox;
    if (effect === undefined) return;
    if (effect === 'machine' && run.state !== null) {
      this.asked = Math.max(this.now, this.asked + 1);
      run.askedAt = this.now;
      this.messages.push(await machineNeed(run.state, this.asked));
    }
    const { state } = run;
    const done =
      effect === 'machine'
        ? true
        : await this.ask(`${effect} of ${run.id}`, async ({ runDesk }) => {
            if (effect === 'rested') await runDesk.rested(run.id, state && newsOf(state));
            else await runDesk.withdraw(run.id);
            return true;
          });
    if (done && run.outbox[0] === effect) run.outbox.shift();
  }

  async tellNews(run: SimRun): Promise<void> {
    const { state } = run;
    if (state !== null && run.isGoing) await this.ask(`news of ${run.id}: ${state.status}`, ({ runDesk }) => runDesk.tell(newsOf(state)));
  }

  /** The queue "jobs": messages come in any order, twice, or never. */
  async deliver(): Promise<void> {
    const at = this.random.below(this.messages.length);
    const message = this.messages[at];
    if (!message) return;
    if (this.strikes()) {
      this.note(`message dropped: ${message.runId}`);
      this.messages.splice(at, 1);
      return;
    }
    const isDoubled = this.strikes();
    const heard = await this.ask(`need of ${message.runId}`, async ({ runDesk }) => {
      await runDesk.enqueue(message);
      return true;
    });
    if (heard && !isDoubled) this.messages = this.messages.filter((other) => other !== message);
  }

  /** What the runs' alarms do. */
  tickRuns(): void {
    for (const run of this.runs.values()) {
      if (!run.isGoing || run.state === null) continue;
      const holder = this.runners.find((runner) => runner.id === run.state?.lease?.runnerId);
      const hears = holder?.isAlive === true && holder.sessions.has(run.id);
      run.take({ kind: 'tick', lastHeardAt: hears ? this.now : (holder?.diedAt ?? null), now: this.now });
      if (!run.isGoing) continue;
      const waits = run.state.status === 'queued' && run.state.lease?.state !== 'held';
      if (waits && this.now - run.askedAt >= 60_000 && !run.outbox.includes('machine')) run.outbox.push('machine');
    }
  }

  async stepRunner(runner: SimRunner): Promise<void> {
    if (!runner.isAlive || runner.isRevoked) return;
    const [message] = runner.pending;
    if (message) return this.settle(runner, message);
    const runs = [...runner.sessions.keys()].flatMap((id) => this.runs.get(id) ?? []);
    const wish = this.strikes(this.evil / 4) ? 'hand back' : 'pass';
    if (runs.length > 0 && this.random.chance(0.7)) runner.work(this.random.pick(runs), this.now, wish);
    else if (runner.free > 0) await this.pull(runner);
  }

  private async pull(runner: SimRunner): Promise<void> {
    const pulled = await this.ask(`pull of ${runner.id}`, ({ runnerDesk }) => runnerDesk.pull(runner.id, runner.free, false));
    for (const { lease_id: leaseId, body } of pulled?.messages ?? []) {
      const { runId } = JSON.parse(atob(body)) as MachineNeed;
      this.note(`${runner.id} was given ${runId}`);
      runner.pending.push({ leaseId, runId, settled: null });
    }
  }

  private async settle(runner: SimRunner, message: SimRunner['pending'][number]): Promise<void> {
    if (message.settled === null) runner.claim(this.runs.get(message.runId), message, this.now);
    const { settled: how, leaseId } = message;
    runner.pending = runner.pending.filter((other) => other !== message);
    const retries = how === 'retry' ? [{ leaseId, delayMs: 5_000 }] : [];
    await this.ask(`${how} of ${message.runId}`, ({ runnerDesk }) => runnerDesk.ack(how === 'ack' ? [leaseId] : [], retries));
  }

  readonly visibilityMs = VISIBILITY_MS;
}

/** Everything that could follow without time passing has followed. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
