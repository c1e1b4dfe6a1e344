import type { ScriptJob, ScriptStep } from './script.ts';
import { CLI } from './story/cli.ts';
import { GUIDE } from './story/guide.ts';
import { MONEY } from './story/money.ts';
import { PARSE, PARSE_AGAIN } from './story/parse.ts';
import { REPORT, REPORT_FIX } from './story/report.ts';
import { REVIEWS } from './story/reviews.ts';
import { TOTALS } from './story/totals.ts';

const FIRST: Record<string, ScriptStep[]> = { money: MONEY, parse: PARSE, totals: TOTALS, report: REPORT, cli: CLI, guide: GUIDE };
const LATER: Record<string, ScriptStep[]> = { ...FIRST, parse: PARSE_AGAIN, report: REPORT_FIX, 'report-fix': REPORT_FIX };

/** Only a prompt that carries the demo's spec gets the story: other specs may use the same short names. */
const TITLE = 'Tally: add up expenses';

/** The demo story's answers. null: another spec. */
export function storySteps(job: ScriptJob): ScriptStep[] | null {
  if (!job.prompt.includes(TITLE)) return null;
  if (job.role === 'reviewer') {
    const isFix = job.chunk === 'report' && job.attempt > 1;
    return REVIEWS[isFix ? 'report-fix' : job.chunk] ?? null;
  }
  return (job.attempt === 1 ? FIRST : LATER)[job.chunk] ?? null;
}
