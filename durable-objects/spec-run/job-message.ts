import { findItem } from '@specwright/protocol/evolve/items.ts';
import type { Feedback, Job } from '@specwright/protocol/job.ts';
import { maxIterations } from '@specwright/protocol/run-invariants.ts';
import type { ChunkText } from '@specwright/protocol/run-plan.ts';
import type { Attempt, CurrentJob, Item, RunState } from '@specwright/protocol/run-state.ts';
import { type Family, familyOf } from './family.ts';
import { phaseJob } from './phase/phase-job.ts';

/** How many earlier attempts an agent is told of. */
const FEEDBACK = 5;

/** The job that is out, with all that its runner needs. The same state gives the same job: it may be sent again. */
export function jobMessage(state: RunState, job: CurrentJob, readPiece: (hash: string) => string | null): Job {
  const family = familyOf(state, job.itemId);
  const item = findItem(state, job.itemId) ?? family.root;
  const { settings } = state;
  return {
    id: job.id,
    runId: state.id,
    chunkId: job.itemId,
    rootChunkId: family.root.id,
    fence: job.fence,
    attempt: job.attempt,
    // Attempts that were lost or failed by the machine's fault are counted, but not spent.
    maxAttempts: Math.max(job.attempt, maxIterations(state) + job.attempt - 1 - family.root.spent),
    kind: job.kind,
    title: item.title,
    key: item.key,
    baseCommit: state.head ?? state.base ?? '',
    continueFrom: job.continueFrom,
    spec: { title: state.specTitle, text: readPiece(state.specPiece) ?? '' },
    text: textOf(family.root, item, readPiece),
    context: contextOf(state, family.root),
    feedback: feedbackOf(family, job),
    ...phaseJob(state, item, job),
    limits: {
      costMicros: settings.maxCostMicros === null ? null : job.reservedMicros,
      tokens: settings.maxTokens === null ? null : job.reservedTokens,
    },
  };
}

function textOf(root: Item, item: Item, readPiece: (hash: string) => string | null): ChunkText {
  const stored = root.textPiece === null ? null : readPiece(root.textPiece);
  const text: ChunkText = stored === null ? { description: '', acceptanceCriteria: [] } : JSON.parse(stored);
  if (item.kind === 'chunk') return text;
  const asked = item.requestedChanges.map((change) => `- ${change}`).join('\n');
  return {
    ...text,
    description: `The review of this chunk asks for these changes:\n\n${asked}\n\nThe chunk itself:\n\n${text.description}`,
  };
}

function contextOf(state: RunState, root: Item): Job['context'] {
  const known = root.dependsOn.map((id) => findItem(state, id));
  return known.flatMap((item) => (item?.summary ? [{ key: item.key, title: item.title, summary: item.summary }] : []));
}

function feedbackOf(family: Family, job: CurrentJob): Feedback[] {
  const telling = family.attempts.filter((attempt) => attempt.jobId !== job.id && tells(attempt));
  return telling.slice(-FEEDBACK).map((attempt) => ({
    attempt: attempt.attempt,
    outcome: attempt.result ?? '',
    message: attempt.message,
    verdict: attempt.verdict,
    failedChecks: attempt.checks
      .filter((check) => check.exitCode !== 0)
      .map(({ name, command, exitCode, tail }) => ({ name, command, exitCode, output: tail })),
  }));
}

// What the machine or a person cut short says nothing about the work.
function tells(attempt: Attempt): boolean {
  const { result } = attempt;
  return result !== null && result !== 'passed' && result !== 'lost' && result !== 'stopped' && !result.endsWith('_fault');
}
