import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { findOnPath } from '../agents/find-program.ts';
import type { JobContext } from '../job/job-context.ts';
import { checkEnvironment } from '../process/allowed-environment.ts';
import { runMarked } from '../process/run-marked.ts';

const text = z.string().nullish();
const step = z.looseObject({ current: text, status: text }).nullish();
const flag = z.boolean().nullish();
/** Every field may be missing or null; older spellings stand beside the newer. */
const statusSchema = z.looseObject({
  phase: z.looseObject({ number: z.union([z.string(), z.number()]).nullish(), name: text, hasUserGate: flag }).nullish(),
  step,
  orchestration: z.looseObject({ step }).nullish(),
  progress: z
    .looseObject({ tasksCompleted: z.number().nullish(), tasksComplete: z.number().nullish(), tasksTotal: z.number().nullish() })
    .nullish(),
  health: z
    .looseObject({ status: text, issues: z.array(z.looseObject({ code: text, severity: text, message: text })).nullish() })
    .nullish(),
  nextAction: text,
  context: z.looseObject({ featureDir: text, hasSpec: flag, hasPlan: flag, hasTasks: flag }).nullish(),
});

export interface SpecflowStatus {
  phase: string | null;
  step: string | null;
  stepStatus: string | null;
  health: string | null;
  /** What its health has to say of severity "error". */
  errors: string[];
  tasksCompleted: number | null;
  hasUserGate: boolean;
}

/** The tool has no state in this worktree, or is too old for the repository: it can say nothing of the work. */
const SAYS_NOTHING = ['NO_PROJECT', 'NO_STATE', 'CLI_VERSION_MISMATCH'];

const TIMEOUT_MS = 20_000;

/** What `specflow status --json` says in the worktree; null: the tool is not on this machine, not used here, or says nothing that can be read. */
export async function specflowStatus(context: JobContext): Promise<SpecflowStatus | null> {
  const { place, env, signal, mask } = context;
  const isUsed = ['.specflow', '.specify'].some((name) => existsSync(join(place.worktree.path, name)));
  const program = isUsed ? await findOnPath('specflow', env as Record<string, string | undefined>) : null;
  if (program === null) return null;
  const result = await runMarked({
    ...{
      command: program,
      args: ['status', '--json'],
      cwd: place.worktree.path,
      timeoutMs: TIMEOUT_MS,
      maxOutputChars: 256 * 1024,
      signal,
      mask,
    },
    env: checkEnvironment(env, `${place.mark}:check`, { HOME: env.HOME ?? place.home }),
  });
  const status = result.exitCode === 0 ? readStatus(result.output) : null;
  return status !== null && isOfOther(status, context.job.phase?.folder ?? null) ? null : status;
}

/** It speaks of another phase than this one: what it says proves nothing here. */
export function isOfOther({ phase }: Pick<SpecflowStatus, 'phase'>, folder: string | null): boolean {
  const number = /(\d+)[^/]*$/.exec(folder ?? '')?.[1];
  return phase !== null && /^\d+$/.test(phase) && number !== undefined && Number(phase) !== Number(number);
}

export function readStatus(output: string): SpecflowStatus | null {
  const begin = output.indexOf('{');
  if (begin < 0) return null;
  try {
    const parsed = statusSchema.safeParse(JSON.parse(output.slice(begin)));
    if (!parsed.success) return null;
    const { phase, progress, health } = parsed.data;
    const at = parsed.data.step ?? parsed.data.orchestration?.step;
    const issues = health?.issues?.filter(({ severity }) => severity === 'error') ?? [];
    if (issues.some(({ code }) => SAYS_NOTHING.includes(code ?? ''))) return null;
    return {
      phase: phase?.number == null ? null : String(phase.number),
      step: at?.current ?? null,
      stepStatus: at?.status ?? null,
      health: health?.status ?? null,
      errors: issues.map(({ code, message }) => (message ?? code ?? '').slice(0, 300)).slice(0, 5),
      hasUserGate: phase?.hasUserGate === true,
      tasksCompleted: progress?.tasksCompleted ?? progress?.tasksComplete ?? null,
    };
  } catch {
    return null;
  }
}
