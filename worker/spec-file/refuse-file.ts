import type { Refusal } from '@specwright/protocol/error-code.ts';
import { refuse } from '@specwright/protocol/error-code.ts';
import type { SpecProblem } from '@specwright/protocol/spec-document.ts';

/** Every problem of a file with its line. */
export function refuseFile(problems: SpecProblem[]): Refusal {
  return refuse('SPEC_INVALID', problems.map((problem) => `Line ${problem.line}: ${problem.message}`).join('\n'));
}
