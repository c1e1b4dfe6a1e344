import type { ScriptCall, ScriptStep } from '../script.ts';
import { answerJson } from '../script.ts';

export const read = (filePath: string): ScriptCall => ({ name: 'read', args: { filePath } });
export const write = (filePath: string, content: string): ScriptCall => ({ name: 'write', args: { filePath, content } });
export const run = (command: string, description: string): ScriptCall => ({ name: 'bash', args: { command, description } });
export const edit = (filePath: string, oldString: string, newString: string): ScriptCall => ({
  name: 'edit',
  args: { filePath, oldString, newString },
});

interface Evidence {
  name: string;
  passed?: boolean;
  text: string;
  file: string;
  line: number;
}

export function verdict(said: {
  verdict: 'pass' | 'needs_fix';
  summary: string;
  checks: Evidence[];
  requestedChanges?: string[];
}): ScriptStep {
  const checks = said.checks.map(({ name, passed, ...evidence }) => ({ name, passed: passed ?? true, evidence }));
  return answerJson({ verdict: said.verdict, summary: said.summary, checks, requestedChanges: said.requestedChanges ?? [] });
}
