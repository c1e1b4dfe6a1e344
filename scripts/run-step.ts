import { spawn } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Path of a tool that came with the installation. */
export function tool(name: string): string {
  return join(ROOT, 'node_modules', '.bin', name);
}

export interface Step {
  name: string;
  command: string;
  args: string[];
  /** Added to the environment. */
  environment?: NodeJS.ProcessEnv;
}

/** Runs a step with its output shown; answers whether it ended well. */
export function runStep(step: Step): Promise<boolean> {
  const startedAt = performance.now();
  process.stdout.write(`\n── ${step.name}\n`);
  return new Promise((done) => {
    const env = { ...quietEnvironment(), ...step.environment };
    const child = spawn(step.command, step.args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'], env });
    child.on('error', () => done(false));
    child.on('close', (code) => {
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      process.stdout.write(`── ${step.name}: ${code === 0 ? 'ok' : `failed with exit code ${code}`} (${seconds} s)\n`);
      done(code === 0);
    });
  });
}

/** Tools stay quiet and off the network; the scripts find the pinned Node first. */
function quietEnvironment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PATH: `${join(ROOT, 'node_modules', '.bin')}:${process.env.PATH}`,
    WRANGLER_SEND_METRICS: 'false',
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  };
}
