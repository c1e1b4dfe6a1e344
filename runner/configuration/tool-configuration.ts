import { z } from 'zod';

/** US dollars for a million tokens, which is micro-dollars a token. */
export const priceSchema = z.object({
  input: z.number().nonnegative(),
  output: z.number().nonnegative(),
  cacheRead: z.number().nonnegative().optional(),
  cacheWrite: z.number().nonnegative().optional(),
});
export type Price = z.infer<typeof priceSchema>;

export const TOOL_TYPES = ['opencode', 'claude-code', 'acp', 'command', 'model'] as const;
export type ToolType = (typeof TOOL_TYPES)[number];

/** One agent as it was configured, complete: what `openAgent` needs besides the place. Keys are named, never held. */
export interface ToolConfiguration {
  id: string;
  name: string;
  type: ToolType;
  /** opencode: the address of a running server to attach to. */
  endpoint: string | null;
  /** The program; for `command` it is looked up on PATH as any program. */
  path: string | null;
  args: string[];
  /** opencode: `provider/model`, or the bare id with `baseUrl`. acp: one of those that the agent offers. */
  model: string | null;
  /** Asked by typed calls where the model's provider fails or is limited. */
  fallbackModel: string | null;
  /** The name of the environment variable that holds the key. */
  key: string | null;
  /** An OpenAI-compatible address of models (opencode, model), or of Anthropic's API (claude-code, model). */
  baseUrl: string | null;
  /** model: which API is spoken at `baseUrl`. */
  api: 'openai' | 'anthropic';
  /** acp: what the program's environment holds besides. Never a key: that is named by `key`. */
  env: Record<string, string>;
  /** acp: `private`, a home of the run's own; `own`, that of the person who started the runner, with their sign-in. */
  home: 'private' | 'own';
  /** command: whether standard output is text or one AgentEvent a line. */
  events: 'text' | 'jsonl';
  /** Overrides the price table. */
  price: Price | null;
  /** Scripted answers play the model. */
  demo: boolean;
}

export const BARE_TOOL: Omit<ToolConfiguration, 'id' | 'type'> = {
  name: '',
  endpoint: null,
  path: null,
  args: [],
  model: null,
  fallbackModel: null,
  key: null,
  baseUrl: null,
  api: 'openai',
  env: {},
  home: 'private',
  events: 'text',
  price: null,
  demo: false,
};
