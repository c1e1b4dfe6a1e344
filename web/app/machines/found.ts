import type { RunnerInfo } from '@specwright/protocol/runners-api.ts';

/** What a machine has, in one line: "opencode 1.18.33, git 2.39". */
export function summarize(runner: RunnerInfo): string {
  const tools = runner.found.filter((tool) => tool.ok && tool.version);
  return tools.length === 0 ? runner.name : tools.map((tool) => `${tool.name} ${tool.version}`).join(', ');
}

/** True where scripted answers play the model. */
export function isDemo(runner: RunnerInfo): boolean {
  return runner.found.some((tool) => /demo/i.test(tool.name) || /\bdemo\b/i.test(tool.detail ?? ''));
}
