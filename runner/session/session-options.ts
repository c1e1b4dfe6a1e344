import type { Agent } from 'node:http';
import type { Job } from '@specwright/protocol/job.ts';
import type { Piece } from '@specwright/protocol/piece.ts';
import type { Durations } from '../durations.ts';
import type { Identity } from '../identity/identity.ts';
import type { FactDraft } from '../job/job-context.ts';
import type { Mask } from '../job/mask.ts';
import type { Journal } from '../journal/journal.ts';
import type { Links } from '../links/linked-repositories.ts';
import type { Log } from '../log.ts';
import type { BundleApi } from '../loops/bundle-api.ts';
import type { Reporter } from '../loops/reporter.ts';
import type { BranchPermit } from './branch-permit.ts';
import type { OpenCrew } from './crew.ts';
import type { Holding } from './holding.ts';
import type { Ahead } from './look-ahead.ts';

export interface SessionOptions {
  server: string;
  identity: Identity;
  agent: Agent;
  runId: string;
  lifeId: string;
  runnerName: string;
  dataDir: string;
  durations: Durations;
  env: NodeJS.ProcessEnv;
  log: Log;
  openCrew: OpenCrew;
  /** What this machine may work in; null: whatever its server asks. */
  links: Links | null;
  /** What it looks at meanwhile; null: nothing. */
  ahead?: Ahead | null;
  /** What this machine works on, for whoever looks at it here. */
  onSeen?(seen: Seen): void;
  /** A publication ended: see StuckPushes. */
  onPush?(repositoryKey: string, trouble: string | null, tryAgain: () => Promise<boolean>): void;
  /** The claim was answered: the message that led here can be acknowledged (`taken` or not). */
  onAnswered(answer: 'granted' | 'gone' | 'not_yet'): void;
}

/** The run that was granted, the job that came, what is seen of it. */
export type Seen = { kind: 'run'; title: string } | { kind: 'job'; job: Job } | { kind: 'fact'; fact: FactDraft };

/** What every part of a session stands on. */
export interface SessionParts {
  options: SessionOptions;
  journal: Journal;
  mask: Mask;
  reporter: Reporter;
  bundles: BundleApi;
  permit: BranchPermit;
  /** Masked, and told only while the lease is this machine's. */
  report(its: Holding, fact: FactDraft, pieces?: Piece[]): void;
}
