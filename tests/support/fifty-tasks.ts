/** A phase of 50 tasks in 5 sections, as a repository carries it. */
export const PHASE_FOLDER = 'specs/007-shop';
export const SECTIONS = ['Setup', 'Core Components', 'Storage', 'Interface', 'Polish'];
const TASKS = SECTIONS.map((title, at) => ({
  title,
  ids: Array.from({ length: 10 }, (_, i) => `T${String(at * 10 + i + 1).padStart(3, '0')}`),
}));

export function fiftyTasks(): Record<string, string> {
  const sections = TASKS.map(
    ({ title, ids }, at) => `## Phase ${at + 1}: ${title}\n\n${ids.map((id) => `- [ ] ${id} Do ${id}\n`).join('')}`,
  );
  return {
    [`${PHASE_FOLDER}/spec.md`]: '# Shop\n',
    [`${PHASE_FOLDER}/plan.md`]: '# Plan\n',
    [`${PHASE_FOLDER}/tasks.md`]: `# Tasks\n\n${sections.join('\n')}`,
  };
}

/** A shell command that does these tasks: a file for each, and its box. */
export function doing(ids: string[]): string {
  return ids.map((id) => `echo ${id} > ${id}.txt; sed -i 's/\\[ \\] ${id} /[x] ${id} /' ${PHASE_FOLDER}/tasks.md`).join('; ');
}

/** The tasks that a prompt asks for, in its order. */
export function tasksAsked(prompt: string): string[] {
  return [...prompt.matchAll(/^- (T\d{3}) /gm)].map((found) => found[1] ?? '');
}
