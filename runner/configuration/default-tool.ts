import { BARE_TOOL, type ToolConfiguration } from './tool-configuration.ts';

export const NO_MODEL =
  'There is no model: set ZHIPU_API_KEY for GLM, or SPECWRIGHT_MODEL_URL and SPECWRIGHT_MODEL for any OpenAI-compatible address, or configure an executor in .handoff/config.yaml.';

/**
 * The executor where nothing is configured: GLM by key, else any OpenAI-compatible address from the environment, else
 * the demo model. A text: why there is none.
 */
export function defaultTool(environment: Record<string, string | undefined>): ToolConfiguration | string {
  if (environment.ZHIPU_API_KEY)
    return { ...BARE_TOOL, id: 'glm', name: 'GLM', type: 'opencode', model: 'zai/glm-5.3', key: 'ZHIPU_API_KEY' };
  if (environment.SPECWRIGHT_MODEL_URL) return fromEnvironment(environment, environment.SPECWRIGHT_MODEL_URL);
  if (environment.SPECWRIGHT_NO_DEMO === '1') return NO_MODEL;
  return { ...BARE_TOOL, id: 'demo', name: 'Demo model', type: 'opencode', model: 'glm-demo', demo: true };
}

function fromEnvironment(environment: Record<string, string | undefined>, baseUrl: string): ToolConfiguration | string {
  const model = environment.SPECWRIGHT_MODEL;
  if (!model) return 'SPECWRIGHT_MODEL_URL is set, and SPECWRIGHT_MODEL (the model id that is sent there) is not.';
  if (!URL.canParse(baseUrl)) return `SPECWRIGHT_MODEL_URL is no address: ${baseUrl}`;
  const key = environment.SPECWRIGHT_MODEL_KEY ? 'SPECWRIGHT_MODEL_KEY' : null;
  return { ...BARE_TOOL, id: 'model', name: model, type: 'opencode', model, baseUrl, key };
}
