import type { Me } from '@specwright/protocol/api.ts';
import type { RunnerInfo, RunnerSharing } from '@specwright/protocol/runners-api.ts';
import { isAtLeast } from '../shell/me.ts';

export const SHARING_WORDS: Record<RunnerSharing, { label: string; hint: string }> = {
  owner: { label: 'Its owner only', hint: 'It works for runs that its owner started.' },
  projects: { label: 'Some projects', hint: 'And for every run of the projects chosen below.' },
  organisation: { label: 'The organisation', hint: 'For every run of the organisation.' },
};

/** A machine is its owner's to change; admins may too. */
export function mayManage(me: Me | undefined, machine: RunnerInfo): boolean {
  if (!me) return false;
  return isAtLeast(me.role, 'admin') || (machine.owner.id === me.user.id && isAtLeast(me.role, 'member'));
}

/** "GPU, linux arm64" as the labels "gpu" and "linux", "arm64": parted by spaces and commas. */
export function labelsIn(text: string): string[] {
  return [
    ...new Set(
      text
        .toLowerCase()
        .split(/[\s,]+/)
        .filter(Boolean),
    ),
  ];
}

const LABEL = /^[a-z0-9][a-z0-9._:-]{0,39}$/;

/** What is wrong with labels as they are typed; null: nothing. */
export function labelsProblem(text: string): string | null {
  const labels = labelsIn(text);
  const wrong = labels.find((label) => !LABEL.test(label));
  if (wrong !== undefined) return `“${wrong}” is no label: letters, digits, dots, dashes, colons; at most 40.`;
  return labels.length > 20 ? 'At most 20 labels.' : null;
}
