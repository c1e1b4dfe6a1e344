import type { RunView } from '@specwright/protocol/api.ts';
import type { AnnounceLife } from '@specwright/protocol/pull.ts';
import { Ledger } from '../dispatch-ledger.ts';
import { Mending } from '../mending.ts';
import { QueueDesk } from '../queue-desk.ts';
import { RunDesk } from '../run-desk.ts';
import type { CommandRun, CreateRun, RunPort } from '../run-port.ts';
import { RunnerDesk } from '../runner-desk.ts';
import { Starts } from '../starts.ts';
import { d1Of } from './platform.ts';
import type { SimRun } from './sim-run.ts';
import type { World } from './world.ts';

/** What a caller sees when a word was lost. */
export class Lost extends Error {}

/** Dispatch between two crashes: the real desks over tables that outlive it. What was under way when it died never goes on. */
export class Incarnation {
  readonly ledger: Ledger;
  readonly starts: Starts;
  readonly runDesk: RunDesk;
  readonly runnerDesk: RunnerDesk;
  readonly queueDesk: QueueDesk;
  readonly mending: Mending;
  readonly died: Promise<typeof Lost>;
  die: () => void = () => {};
  private readonly world: World;
  private isDead = false;

  constructor(world: World) {
    this.world = world;
    this.died = new Promise((resolve) => {
      this.die = () => {
        this.isDead = true;
        resolve(Lost);
      };
    });
    const { storage } = world.disk;
    const db = d1Of(() => [...world.runs.values()].filter((run) => run.isGoing).map((run) => run.id));
    const ctx = { storage, getWebSockets: () => [], waitUntil: (work: Promise<unknown>) => void work.catch(() => undefined) };
    this.ledger = new Ledger(storage, () => {
      this.mending.carryOut();
      this.mending.arm();
    });
    const runOf = (runId: string) => this.runPort(runId);
    this.starts = new Starts(this.ledger, runOf);
    this.runDesk = new RunDesk(this.ledger, this.starts, runOf);
    this.runnerDesk = new RunnerDesk(this.ledger, db, world.visibilityMs);
    this.queueDesk = new QueueDesk(this.ledger);
    const owed = { ledger: this.ledger, starts: this.starts, runOf, silence: () => null, nextRing: () => null };
    this.mending = new Mending({ ctx: ctx as unknown as DurableObjectState, db, ...owed });
  }

  announce(runnerId: string, life: AnnounceLife): void {
    this.ledger.apply({ kind: 'announce', now: this.world.now, runnerId, runnerName: runnerId, life });
  }

  /** A run over a link that loses words; and dispatch may die before or after the run heard. */
  private runPort(runId: string): RunPort {
    const { world } = this;
    const call = async <T>(what: string, work: (run: SimRun | undefined) => T): Promise<T> => {
      await Promise.resolve();
      if (this.isDead) return new Promise<T>(() => {});
      if (world.strikes(world.evil / 2)) return this.fail<T>(`before ${what} of ${runId}`);
      const done = work(world.runs.get(runId));
      return world.strikes(world.evil / 2) ? this.fail<T>(`after ${what} of ${runId}`) : done;
    };
    const now = () => world.now;
    return {
      create: (input: CreateRun) => call('create', (run) => run?.create(input, now()) ?? { refused: true, code: 'NOT_FOUND', message: '' }),
      command: (command: CommandRun) =>
        call(command.kind, (run) => run?.command(command, now()) ?? { refused: true, code: 'NOT_FOUND', message: '' }),
      view: () => call('view', (run) => (run?.state ? ({ state: run.state, recent: [] } as RunView) : null)),
      lifeEnded: (lifeId: string) => call('life ended', (run) => void (run?.state && run.take({ kind: 'life_ended', lifeId, now: now() }))),
      runnerGone: (runnerId: string) =>
        call('runner gone', (run) => void (run?.state && run.take({ kind: 'runner_gone', runnerId, now: now() }))),
      destroy: () => call('destroy', (run) => run?.destroy(now())),
    } as unknown as RunPort;
  }

  private fail<T>(where: string): Promise<T> {
    const { world } = this;
    if (world.random.chance(0.5)) {
      world.note(`dispatch dies ${where}`);
      world.crash();
      return new Promise<T>(() => {});
    }
    world.note(`a word is lost ${where}`);
    return Promise.reject(new Lost());
  }
}
