import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildWhenStale } from '../cli/local/build.ts';
import { missingFrom } from './deploy-settings.ts';
import { ROOT, runStep, tool } from './run-step.ts';

// npm run deploy: builds, brings the database up to date, deploys. What follows `--` goes to `wrangler deploy`; with `--dry-run` nothing leaves this machine.
const passed = process.argv.slice(2);
const isDry = passed.includes('--dry-run');
const missing = isDry ? [] : missingFrom(readFileSync(join(ROOT, 'wrangler.toml'), 'utf8'));
for (const line of missing) process.stderr.write(`${line}\n`);
process.exitCode = missing.length > 0 ? 2 : (await deploy()) ? 0 : 1;

async function deploy(): Promise<boolean> {
  const { buildId } = await buildWhenStale((line) => process.stdout.write(`${line}\n`));
  const wrangler = (name: string, args: string[]) => runStep({ name, command: tool('wrangler'), args });
  // The schema first: each migration leaves the Worker before it able to work.
  const migrated = isDry || (await wrangler('the database', ['d1', 'migrations', 'apply', 'DB', '--remote']));
  return migrated && (await wrangler('the Worker', ['deploy', '--minify', '--var', `BUILD_ID:${buildId}`, ...passed]));
}
