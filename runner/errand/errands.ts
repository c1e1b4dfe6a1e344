import { type Errand, type ErrandAnswer, errandAnswerSchema, errandSchema } from '@specwright/protocol/errand.ts';
import { GitFault } from '../git/git.ts';
import { findOrigin } from '../git/origin.ts';
import type { Links } from '../links/linked-repositories.ts';
import { type Log, messageOf } from '../log.ts';
import { findPhase } from './find-phase.ts';
import { markFailed } from './left-files.ts';
import { readCommittedTasks } from './read-task-file.ts';

export interface Errands {
  /** Carries out what the doorbell said and answers it. Never throws; what cannot be read is not answered. */
  take(json: string): void;
}

interface ErrandSurroundings {
  dataDir: string;
  links: Links | null;
  log: Log;
  answer(errandId: string, answer: ErrandAnswer): Promise<void>;
}

/** Each costs some processes of git: more at once would slow the work of agents. */
const AT_ONCE = 4;
const MOST_WAITING = 20;

/** What people ask of this machine while they wait, beside its runs: nothing of a run is touched by it. */
export function makeErrands(its: ErrandSurroundings): Errands {
  const waiting: Errand[] = [];
  let atWork = 0;
  const next = () => {
    const errand = atWork < AT_ONCE ? waiting.shift() : undefined;
    if (errand === undefined) return;
    atWork += 1;
    void carryOut(its, errand).finally(() => {
      atWork -= 1;
      next();
    });
  };
  return {
    take(json) {
      const errand = readErrand(json);
      if (errand === null) return its.log('warn', 'errand_unknown', { length: json.length });
      if (waiting.length >= MOST_WAITING)
        return void tell(its, errand, failed('This machine has too many questions to answer. Try again in a moment.'));
      waiting.push(errand);
      next();
    },
  };
}

async function carryOut(its: ErrandSurroundings, errand: Errand): Promise<void> {
  const answer = await answerTo(its, errand).catch((error) => failed(sentenceOf(error)));
  await tell(its, errand, errandAnswerSchema.safeParse(answer).success ? answer : failed('What was found is too large to be told.'));
}

async function answerTo({ dataDir, links }: ErrandSurroundings, errand: Errand): Promise<ErrandAnswer> {
  // What the server names is compared with what the owner linked before git hears of it.
  const repository = links === null ? errand.repository : links.linked(errand.repository);
  const its = { ...errand, repository };
  if (its.kind === 'phase') return findPhase(dataDir, its);
  if (its.kind === 'task_file') return readCommittedTasks(dataDir, its);
  return markFailed(await findOrigin(repository), its, Date.now());
}

async function tell({ answer, log }: ErrandSurroundings, { id, kind }: Errand, found: ErrandAnswer): Promise<void> {
  // Who asked may have gone: nobody is the worse for it.
  await answer(id, found).catch((error) => log('info', 'errand_unheard', { kind, message: messageOf(error) }));
}

function failed(message: string): ErrandAnswer {
  return { kind: 'failed', code: 'CONFLICT', message: message.slice(0, 1000) };
}

function sentenceOf(error: unknown): string {
  return error instanceof GitFault ? error.message : `This machine could not look: ${messageOf(error)}`;
}

function readErrand(json: string): Errand | null {
  try {
    const read = errandSchema.safeParse(JSON.parse(json));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}
