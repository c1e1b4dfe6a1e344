import type { Price, ToolConfiguration } from '../../configuration/tool-configuration.ts';
import { priceOf } from '../prices.ts';

/** How a server of ours reaches a tool's model. */
export interface OpencodeModel {
  providerID: string;
  modelID: string;
  price: Price | 'plan' | null;
  /** The entry of this provider in opencode's configuration. */
  provider: Record<string, unknown>;
}

export interface ModelAccess {
  baseUrl: string | null;
  /** What opencode reads the key from, e.g. `{file:/…}`; null: no key is needed. */
  keyReference: string | null;
}

const CONTEXT = 200_000;
const OUTPUT = 32_000;

/** A model of opencode's own catalogue (`zai/glm-5.3`), or of any OpenAI-compatible address under a provider named after the tool. */
export function modelOf(tool: ToolConfiguration, access: ModelAccess): OpencodeModel {
  const name = tool.model ?? '';
  const price = priceOf(name, tool.price);
  const key = access.keyReference === null ? {} : { apiKey: access.keyReference };
  if (access.baseUrl !== null) {
    const modelID = name;
    const providerID = `specwright-${tool.id}`;
    const models = { [modelID]: { name: modelID, tool_call: true, limit: { context: CONTEXT, output: OUTPUT } } };
    const options = { baseURL: access.baseUrl, ...key };
    return { providerID, modelID, price, provider: { npm: '@ai-sdk/openai-compatible', name: tool.name || tool.id, options, models } };
  }
  const slash = name.indexOf('/');
  const providerID = slash === -1 ? 'zai' : name.slice(0, slash);
  return { providerID, modelID: name.slice(slash + 1), price, provider: { options: key } };
}
