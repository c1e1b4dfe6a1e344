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
  health: z.looseObject({ status: text }).nullish(),
  nextAction: text,
  context: z.looseObject({ featureDir: text, hasSpec: flag, hasPlan: flag, hasTasks: flag }).nullish(),
});

export interface SpecflowStatus {
  phase: string | null;
  step: string | null;
  stepStatus: string | null;
  health: string | null;
  tasksCompleted: number | null;
}

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
  return result.exitCode === 0 ? readStatus(result.output) : null;
}

export function readStatus(output: string): SpecflowStatus | null {
  const begin = output.indexOf('{');
  if (begin < 0) return null;
  try {
    const parsed = statusSchema.safeParse(JSON.parse(output.slice(begin)));
    if (!parsed.success) return null;
    const { phase, progress, health } = parsed.data;
    const at = parsed.data.step ?? parsed.data.orchestration?.step;
    return {
      phase: phase?.number == null ? null : String(phase.number),
      step: at?.current ?? null,
      stepStatus: at?.status ?? null,
      health: health?.status ?? null,
      tasksCompleted: progress?.tasksCompleted ?? progress?.tasksComplete ?? null,
    };
  } catch {
    return null;
  }
}
