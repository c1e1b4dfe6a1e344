import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ripgrepFolder } from './binary.ts';

/** Each closes one connection that opencode would open by itself: catalogue, updates, sharing, language servers, plugins. */
const QUIET: Record<string, string> = {
  OPENCODE_DISABLE_MODELS_FETCH: '1',
  OPENCODE_DISABLE_AUTOUPDATE: '1',
  OPENCODE_DISABLE_SHARE: '1',
  OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
  OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
  OPENCODE_PURE: '1',
  OPENCODE_DISABLE_EMBEDDED_WEB_UI: '1',
  OPENCODE_DISABLE_CLAUDE_CODE: '1',
  // Else it rewrites the repository's opencode.json, and the repository's plugins would be run.
  OPENCODE_DISABLE_PROJECT_CONFIG: '1',
};

/** The package that opencode installs from npm (95 MB) into every folder of configuration, unless a lock file says it is there. */
const PLUGIN_SEED = {
  name: 'opencode',
  lockfileVersion: 3,
  requires: true,
  packages: { '': { dependencies: { '@opencode-ai/plugin': '1.18.33' } } },
};

/**
 * Every process of opencode unpacks a library of 5.6 MB that nobody removes, by default into the machine's temporary folder
 * (https://github.com/oven-sh/bun/issues/29585). Here it goes into a folder of the home.
 */
const UNPACKED = '.unpacked';

/** Removes what the process with this environment has unpacked, once it is over. */
export async function removeUnpacked(environment: Record<string, string>): Promise<void> {
  if (environment.BUN_TMPDIR) await rm(environment.BUN_TMPDIR, { recursive: true, force: true });
}

async function makeUnpacked(home: string): Promise<string> {
  const folder = path.join(home, UNPACKED);
  // What a process left that was killed together with this program.
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return mkdtemp(path.join(folder, 'of-'));
}

/** Makes a private home in `folder` and answers the environment of a server that lives there. Safe to call again. */
export async function prepareHome(folder: string, base: Record<string, string>): Promise<Record<string, string>> {
  const config = path.join(folder, '.config', 'opencode');
  await mkdir(path.join(config, 'node_modules'), { recursive: true });
  await writeFile(path.join(config, 'package-lock.json'), JSON.stringify(PLUGIN_SEED));
  const ripgrep = ripgrepFolder();
  return {
    ...base,
    ...QUIET,
    HOME: folder,
    BUN_TMPDIR: await makeUnpacked(folder),
    XDG_CONFIG_HOME: path.join(folder, '.config'),
    XDG_DATA_HOME: path.join(folder, '.local', 'share'),
    XDG_STATE_HOME: path.join(folder, '.local', 'state'),
    XDG_CACHE_HOME: path.join(folder, '.cache'),
    ...(ripgrep !== null && { PATH: `${ripgrep}${path.delimiter}${base.PATH ?? ''}` }),
  };
}
