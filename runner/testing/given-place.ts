import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Job, Step } from '@specwright/protocol/job.ts';
import { DEFAULT_RUN_SETTINGS } from '@specwright/protocol/run-plan.ts';
import type { Granted } from '@specwright/protocol/runner-down.ts';
import { makeOpenCrew } from '../agents/open-crew.ts';
import { type Durations, readDurations } from '../durations.ts';
import { type FactDraft, freshAttempt, type JobContext, type Place } from '../job/job-context.ts';
import { makeMask } from '../job/mask.ts';
import { runJob } from '../job/run-job.ts';
import { makePlace } from '../session/make-place.ts';

/** A person's repository in a temporary folder whose name has a space and a letter beyond ASCII. */
export interface GivenRepository {
  folder: string;
  path: string;
  git(...args: string[]): string;
  write(file: string, text: string): string;
  commit(message: string): string;
}

export function givenRepository(options: { commits?: boolean; format?: 'sha1' | 'sha256' } = {}): GivenRepository {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'specwright ü runner-')));
  const path = join(folder, 'the project');
  mkdirSync(path);
  const git = (...args: string[]) => execFileSync('git', args, { cwd: path, encoding: 'utf8', stdio: 'pipe' }).trim();
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), text);
    return join(path, file);
  };
  const commit = (message: string) => {
    git('add', '--all');
    git('commit', '--quiet', '--allow-empty', '--message', message);
    return git('rev-parse', 'HEAD');
  };
  git('init', '--quiet', '--initial-branch=main', `--object-format=${options.format ?? 'sha1'}`);
  git('config', 'user.name', 'Ada');
  git('config', 'user.email', 'ada@example.org');
  write('README.md', '# A project\n');
  if (options.commits !== false) commit('Begin');
  return { folder, path, git, write, commit };
}

/** Scripts for /bin/sh, as a repository's agents and checks. */
export interface GivenAgents {
  executor?: string;
  reviewer?: string;
  check?: string;
  setup?: string;
}

const PASS = `echo '{"verdict":"pass","summary":"Fine.","checks":[],"requestedChanges":[]}'`;

export function configurationOf({ executor = 'echo done > work.txt', reviewer = PASS, check, setup }: GivenAgents): string {
  const tool = (id: string, script: string) => `{ id: ${id}, type: command, path: /bin/sh, args: ['-c', ${JSON.stringify(script)}] }`;
  return `tools:
  executors: [${tool('worker', executor)}]
  reviewers: [${tool('judge', reviewer)}]
defaults: { executor: worker, reviewer: judge }
${check === undefined ? 'checks: []' : `checks: [{ name: check, command: ${JSON.stringify(check)} }]`}
${setup === undefined ? '' : `setup: ${JSON.stringify(setup)}`}
`;
}

export function givenHook(repository: GivenRepository, name: string, script: string): void {
  const path = join(repository.path, '.git', 'hooks', name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}

export const RUN = 'run_0000000000000000000000000000000a';
export const BRANCH = 'specwright/test-0000000a';

export function givenGrant(repository: Pick<GivenRepository, 'path'>, more: Partial<Granted['run']> = {}): Granted {
  return {
    type: 'granted',
    leaseId: 'lease',
    fence: 1,
    leaseMs: 30_000,
    received: {},
    run: {
      id: RUN,
      projectId: 'project',
      organisationId: 'organisation',
      specTitle: 'Test',
      repository: { kind: 'path', path: repository.path, defaultBranch: null },
      branch: BRANCH,
      startFrom: null,
      head: null,
      settings: DEFAULT_RUN_SETTINGS,
      ...more,
    },
  };
}

export interface AttemptControl {
  signal?: AbortSignal;
  quiet?(): Promise<void>;
  border?(next: Step): Promise<void>;
  onFact?(fact: FactDraft): void;
}

export interface GivenPlace {
  place: Place;
  head: string;
  dataDir: string;
  durations: Durations;
  warnings: string[];
  /** What the place's publisher had to say. */
  troubles: string[];
  /** Carries out an attempt on the branch's head; answers its facts, job_ended last. */
  attempt(job?: Partial<Job>, control?: AttemptControl): Promise<FactDraft[]>;
  close(): Promise<void>;
}

/** A lease's place as the session makes it, with the agents that the repository's configuration names. */
export async function givenPlace(
  repository: Pick<GivenRepository, 'path' | 'folder'>,
  run: Partial<Granted['run']> = {},
): Promise<GivenPlace> {
  const dataDir = join(repository.folder, 'runner data');
  mkdirSync(dataDir, { recursive: true });
  const durations = readDurations({});
  const openCrew = makeOpenCrew({ environment: process.env, found: [], durations });
  const granted = givenGrant(repository, run);
  const signal = new AbortController().signal;
  const made = await makePlace({
    dataDir,
    lifeId: `life-${process.pid}`,
    durations,
    env: process.env,
    openCrew,
    links: null,
    granted,
    signal,
  });
  if (!made.ok) throw new Error(JSON.stringify(made.fact));
  const troubles: string[] = [];
  const publisher = made.publisher({ mayPublish: () => true, onTrouble: (text) => troubles.push(text) });
  const { place } = made;
  let { head } = made;
  return {
    place,
    head,
    dataDir,
    durations,
    warnings: made.fact.kind === 'reconciled' ? made.fact.warnings : [],
    troubles,
    async attempt(given = {}, control = {}) {
      const facts: FactDraft[] = [];
      const job = givenJob(head, given);
      const context: JobContext = {
        job,
        place,
        attempt: freshAttempt(),
        durations,
        env: process.env,
        mask: makeMask({}),
        report(fact) {
          facts.push(fact);
          control.onFact?.(fact);
        },
        stream: () => {},
        isWatched: () => false,
        signal: control.signal ?? new AbortController().signal,
        quiet: control.quiet ?? (async () => {}),
        mayMoveBranch: async () => true,
        async onPromoted(commit, objects) {
          head = commit;
          await publisher.publish(commit, { from: job.baseCommit, objects });
        },
      };
      await runJob(context, control.border ?? (async () => {}));
      return facts;
    },
    async close() {
      await publisher.close();
      place.refs.close();
      await place.crew.close();
    },
  };
}

export function givenJob(baseCommit: string, more: Partial<Job> = {}): Job {
  return {
    id: `${RUN}/${more.chunkId ?? 1}/1`,
    runId: RUN,
    chunkId: 'chunk_a',
    rootChunkId: more.chunkId ?? 'chunk_a',
    fence: 1,
    attempt: 1,
    maxAttempts: 3,
    kind: 'do',
    title: 'Print a report',
    key: 'report',
    baseCommit,
    continueFrom: null,
    spec: { title: 'Test', text: 'A spec.' },
    text: { description: 'Write it.', acceptanceCriteria: ['it is there'] } as Job['text'],
    context: [],
    feedback: [],
    limits: { costMicros: null, tokens: null },
    ...more,
  };
}

export function endOf(facts: FactDraft[]): Extract<FactDraft, { kind: 'job_ended' }> {
  const last = facts.at(-1);
  if (last?.kind !== 'job_ended') throw new Error('The attempt did not end');
  return last;
}
