import type { ScriptJob, ScriptStep } from './script.ts';
export function storySteps(_job: ScriptJob): ScriptStep[] | null {
  return null;
}
