#!/usr/bin/env node
// The one door to every command. Runs on any Node: installs what is missing, then goes on under the pinned Node.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const main = join(root, 'cli', 'main.ts');
const pinned = join(root, 'node_modules', '.bin', 'node');

function canRunTypeScript(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}

if (!existsSync(join(root, 'node_modules', '.modules.yaml'))) {
  process.stderr.write('Installing what Specwright needs (once)…\n');
  const install = spawnSync('npx', ['-y', 'pnpm@12.21.0', 'install', '--frozen-lockfile', '--reporter=silent'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (install.status !== 0) {
    process.stderr.write('The installation failed: see the lines above. Is the npm registry reachable?\n');
    process.exit(2);
  }
}

if (canRunTypeScript(process.versions.node)) {
  await import(main);
} else if (existsSync(pinned)) {
  const child = spawn(pinned, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
} else {
  process.stderr.write(
    `Node ${process.versions.node} can't run Specwright and no newer one came with the installation for this platform. Install Node 22.18 or newer.\n`,
  );
  process.exit(2);
}
