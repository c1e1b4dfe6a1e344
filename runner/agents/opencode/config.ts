import type { AgentTask } from '../agent.ts';
import type { OpencodeModel } from './model.ts';

const EXECUTOR_PROMPT = (
  alone: string,
) => `You carry out one chunk of a larger specification${alone} in the repository in your working folder.
Read what you need, make the change, and check it with the project's own commands before you finish. Change nothing that the chunk does not ask for.
Never commit, push, or switch branches: your files are taken as you leave them. Use paths relative to the working folder.
End with a short summary of what you did, in plain text: what changed, where, and what the next chunk should know.`;

const REVIEWER_PROMPT = `You review one change in the repository in your working folder. You can read, and change nothing.
Judge only whether the change does what its chunk asks for, completely and soundly. Say what you looked at. Answer exactly in the form that is asked for.`;

const READER_PROMPT = `You answer one question about the repository in your working folder. You can read, and change nothing.
Look at what you need. Answer exactly in the form that is asked for.`;

/** A guard rail, not a fence: the agent's environment holds no right to push, and bubblewrap holds writes where it is there. */
const EXECUTOR_BASH = {
  '*': 'allow',
  'git push*': 'deny',
  'git worktree*': 'deny',
  'git checkout*': 'deny',
  'git switch*': 'deny',
  'git reset --hard*': 'deny',
};

const EXECUTOR_MAY = {
  edit: 'allow',
  bash: EXECUTOR_BASH,
  external_directory: 'deny',
  webfetch: 'deny',
  websearch: 'deny',
  task: 'deny',
  doom_loop: 'deny',
};

const ASKING = 'asking';

/** Our agent for a task. */
export function agentFor({ role, askPerson }: Pick<AgentTask, 'role' | 'askPerson'>): string {
  return role === 'executor' && askPerson !== undefined ? ASKING : role;
}

const READ_ONLY = { '*': 'deny', read: 'allow', glob: 'allow', grep: 'allow' };

export interface ServerSettings {
  models: OpencodeModel[];
  /** Where opencode asks the model to end by itself; the hard limit is the watch's. */
  softSteps: number;
}

/** opencode's configuration for a server of ours: three agents of our own, the given models, and nothing else. */
export function serverConfig(settings: ServerSettings): Record<string, unknown> {
  const { models, softSteps } = settings;
  const first = models[0];
  const name = first === undefined ? undefined : `${first.providerID}/${first.modelID}`;
  return {
    autoupdate: false,
    share: 'disabled',
    snapshot: false,
    // Without this list opencode offers free models of third parties, and code would go there.
    enabled_providers: [...new Set(models.map((model) => model.providerID))],
    model: name,
    small_model: name,
    default_agent: 'executor',
    provider: mergeProviders(models),
    agent: {
      build: { disable: true },
      plan: { disable: true },
      general: { disable: true },
      explore: { disable: true },
      executor: {
        mode: 'primary',
        description: 'Carries out one chunk',
        prompt: EXECUTOR_PROMPT(', alone and without asking anybody,'),
        steps: softSteps,
        permission: { ...EXECUTOR_MAY, question: 'deny' },
      },
      [ASKING]: {
        mode: 'primary',
        description: 'Carries out one chunk, and may ask a person',
        prompt: EXECUTOR_PROMPT(''),
        steps: softSteps,
        permission: { ...EXECUTOR_MAY, question: 'allow' },
      },
      reviewer: { mode: 'primary', description: 'Reviews one change', prompt: REVIEWER_PROMPT, steps: softSteps, permission: READ_ONLY },
      reader: { mode: 'primary', description: 'Answers one question', prompt: READER_PROMPT, steps: softSteps, permission: READ_ONLY },
    },
  };
}

/** The rules of a session on a server that is not ours: it does not know our agents. */
export function sessionRules({
  role,
  askPerson,
}: Pick<AgentTask, 'role' | 'askPerson'>): { permission: string; pattern: string; action: string }[] {
  const rule = (permission: string, action: string, pattern = '*') => ({ permission, pattern, action });
  if (role !== 'executor') return Object.entries(READ_ONLY).map(([permission, action]) => rule(permission, action));
  const asks = askPerson === undefined ? ['question'] : [];
  const denied = ['external_directory', 'webfetch', 'websearch', 'task', 'doom_loop', ...asks];
  const bash = Object.entries(EXECUTOR_BASH).map(([pattern, action]) => rule('bash', action, pattern));
  return [rule('*', 'allow'), ...bash, ...denied.map((permission) => rule(permission, 'deny'))];
}

/** Two tools may use one provider with different models. */
function mergeProviders(models: OpencodeModel[]): Record<string, unknown> {
  const merged: Record<string, Record<string, unknown>> = {};
  for (const { providerID, provider } of models) {
    const models = { ...(merged[providerID]?.models as object | undefined), ...(provider.models as object | undefined) };
    merged[providerID] = { ...merged[providerID], ...provider, ...(Object.keys(models).length > 0 && { models }) };
  }
  return merged;
}
