import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Granted } from '@specwright/protocol/runner-down.ts';
import type { Durations } from '../durations.ts';
import { refPart } from '../git/git.ts';
import { openWorktreeRefs } from '../git/promote.ts';
import { addWorktree, worktreePath } from '../git/worktree.ts';
import type { FactDraft, Place } from '../job/job-context.ts';
import type { Links } from '../links/linked-repositories.ts';
import { firstLook } from '../phase/look.ts';
import { allowedEnvironment } from '../process/allowed-environment.ts';
import type { OpenCrew } from './crew.ts';
import { type HandOn, makeHandOn } from './hand-on.ts';
import type { Ahead } from './look-ahead.ts';
import { makePublisher, type Publisher } from './publisher.ts';
import { lookAt, reconcile } from './reconcile.ts';

type PublisherHooks = Pick<Parameters<typeof makePublisher>[0], 'mayPublish' | 'onTrouble' | 'onPush'>;

export type MadePlace =
  | {
      ok: true;
      place: Place;
      head: string;
      promoted: boolean;
      fact: FactDraft;
      publisher(hooks: PublisherHooks): Publisher;
      /** `upload`: gives the server a bundle, for the job that is out. */
      handOn(hooks: Omit<PublisherHooks, 'onPush'> & { upload(jobId: string, bytes: Buffer): Promise<void> }): HandOn;
    }
  | { ok: false; fact: FactDraft };

/** Makes a lease's place: clone, branch, worktree, configuration. Throws GitFault; a wrong configuration is an answer. */
export async function makePlace(options: {
  dataDir: string;
  lifeId: string;
  durations: Durations;
  env: NodeJS.ProcessEnv;
  openCrew: OpenCrew;
  links: Links | null;
  granted: Granted;
  ahead?: Ahead | null;
  /** Fetches what another machine gave the server for this run; null: this one has no use for it. */
  fetchHanded?: () => Promise<Buffer | null>;
  signal: AbortSignal;
}): Promise<MadePlace> {
  const { granted, dataDir } = options;
  const { fence } = granted;
  // What the server names is compared with what the owner linked before git hears of it.
  const repository = options.links === null ? granted.run.repository : options.links.linked(granted.run.repository);
  const run = { ...granted.run, repository };
  const look = (await options.ahead?.of(run)) ?? (await lookAt(dataDir, run));
  const fetchHanded = isHandedOn(repository, options.links) ? (options.fetchHanded ?? null) : null;
  const { clone, head, base, promoted, published, there, warnings } = await reconcile(look, run, fetchHanded);
  const worktree = await addWorktree(clone, worktreePath(dataDir, run.id, fence), head);
  const home = join(dataDir, 'homes', `${refPart(run.id)}-${fence}`);
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  const mark = `${options.lifeId}:${run.id}:${fence}`;
  const env = allowedEnvironment(options.env, mark, { HOME: home });
  const answer = await options.openCrew({ runId: run.id, worktree: worktree.path, home, env, mark, signal: options.signal }, run.settings);
  if (!answer.ok) {
    const { file, line, message } = answer;
    return { ok: false, fact: { kind: 'reconcile_failed', code: 'CONFIGURATION_INVALID', message: message.slice(0, 4000), file, line } };
  }
  const { crew } = answer;
  const phase = granted.run.phase && (await firstLook(clone, worktree.path, repository, granted.run.phase));
  const told = [...warnings, ...crew.warnings].slice(0, 20).map((text) => text.slice(0, 1000));
  const { configuration } = crew;
  return {
    ok: true,
    place: {
      runId: run.id,
      branch: run.branch,
      clone,
      worktree,
      refs: openWorktreeRefs(clone, worktree),
      home,
      mark,
      crew,
      prepared: null,
      seen: null,
    },
    head,
    promoted: promoted.length > 0 && published !== head,
    fact: {
      ...(phase && { phase, clone: clone.dir }),
      kind: 'reconciled',
      branch: run.branch,
      head,
      base,
      promoted,
      configuration,
      warnings: told,
    },
    publisher: (hooks) =>
      makePublisher({ clone, branch: run.branch, published, there, waitMs: options.durations.PUBLISH_WAIT_MS, ...hooks }),
    handOn: ({ upload, ...hooks }) =>
      makeHandOn({
        clone,
        runId: run.id,
        branch: run.branch,
        base,
        upload: isHandedOn(repository, options.links) ? upload : null,
        ...hooks,
      }),
  };
}

/** A linked folder: its other machines have folders of their own. The runner of an embedded server is alone on its machine. */
export function isHandedOn(repository: Granted['run']['repository'], links: Links | null): boolean {
  return repository.kind === 'path' && links !== null;
}
