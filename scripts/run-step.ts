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
export async function runStep(step: Step): Promise<boolean> {
  process.stdout.write(`\n── ${step.name}\n`);
  const { ok, closing } = await carryOut(step, 'inherit');
  process.stdout.write(closing);
  return ok;
}

/** Runs steps two at a time, for checks mostly think on one core; each one's output is shown whole when it has ended. In their order. */
export async function runStepsByTwo(steps: Step[]): Promise<boolean[]> {
  const left = [...steps.entries()];
  const results: boolean[] = [];
  const work = async () => {
    for (let next = left.shift(); next; next = left.shift()) {
      const [index, step] = next;
      const { ok, output, closing } = await carryOut(step, 'pipe');
      process.stdout.write(`\n── ${step.name}\n${output}${closing}`);
      results[index] = ok;
    }
  };
  await Promise.all([work(), work()]);
  return results;
}

function carryOut(step: Step, output: 'inherit' | 'pipe'): Promise<{ ok: boolean; output: string; closing: string }> {
  const startedAt = performance.now();
  return new Promise((done) => {
    const env = { ...quietEnvironment(), ...step.environment };
    const child = spawn(step.command, step.args, { cwd: ROOT, stdio: ['ignore', output, output], env });
    const parts: Buffer[] = [];
    child.stdout?.on('data', (part: Buffer) => parts.push(part));
    child.stderr?.on('data', (part: Buffer) => parts.push(part));
    const end = (ok: boolean, how: string) => {
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      done({ ok, output: Buffer.concat(parts).toString('utf8'), closing: `── ${step.name}: ${how} (${seconds} s)\n` });
    };
    child.on('error', (error) => end(false, `could not be started: ${error.message}`));
    child.on('close', (code) => end(code === 0, code === 0 ? 'ok' : `failed with exit code ${code}`));
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
