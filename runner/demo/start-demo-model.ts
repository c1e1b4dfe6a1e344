import { genericScript } from './generic-script.ts';
import { type ModelServer, startModelServer } from './model-server.ts';
import { scriptOf, withDiagnosis } from './script.ts';
import { storySteps } from './story-steps.ts';

export interface DemoModelOptions {
  /** Milliseconds between two words of the answers; default 15. */
  paceMs?: number;
}

/** The model id that the demo model answers to. */
export const DEMO_MODEL = 'glm-demo';

/** Starts the demo model: it plays the demo story's scripts, and a generic one for any other spec. */
export function startDemoModel(options: DemoModelOptions = {}): Promise<ModelServer> {
  return startModelServer({ script: withDiagnosis(scriptOf(storySteps, genericScript)), paceMs: options.paceMs ?? 15 });
}

let shared: Promise<ModelServer> | null = null;

/** The one demo model of this process, started when it is first needed. SPECWRIGHT_DEMO_PACE_MS sets its pace. */
export function sharedDemoModel(environment: Record<string, string | undefined>): Promise<ModelServer> {
  const pace = Number(environment.SPECWRIGHT_DEMO_PACE_MS);
  shared ??= startDemoModel(environment.SPECWRIGHT_DEMO_PACE_MS && pace >= 0 ? { paceMs: pace } : {});
  return shared;
}
