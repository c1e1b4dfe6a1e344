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

// glibc raises this by itself after the first large buffer, and from then on keeps what large buffers leave: some hundred megabytes after a start.
const environment = { MALLOC_MMAP_THRESHOLD_: '131072', ...process.env };
const serves = process.argv[2] === 'start';

if (canRunTypeScript(process.versions.node)) {
  // It is read when a process begins: the same process begins again.
  if (serves && process.platform === 'linux' && !process.env.MALLOC_MMAP_THRESHOLD_ && typeof process.execve === 'function') {
    // That it is experimental is nothing that a person who starts a server can act on.
    process.removeAllListeners('warning');
    process.execve(process.execPath, [process.execPath, ...process.execArgv, ...process.argv.slice(1)], environment);
  }
  await import(main);
} else if (existsSync(pinned)) {
  const child = spawn(pinned, [main, ...process.argv.slice(2)], { stdio: 'inherit', env: environment });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
} else {
  process.stderr.write(
    `Node ${process.versions.node} can't run Specwright and no newer one came with the installation for this platform. Install Node 22.18 or newer.\n`,
  );
  process.exit(2);
}
