import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { ToolConfiguration } from '../../configuration/tool-configuration.ts';

export interface OpencodeBinary {
  path: string;
  /** Known for the packaged binary; null: ask the server. */
  version: string | null;
}

const require = createRequire(import.meta.url);

/**
 * The binary: the configured path, OPENCODE_PATH, else the platform package pinned by this product. Never the one on
 * PATH: its major version changes under us. null: none for this platform.
 */
export function findOpencode(
  tool: Pick<ToolConfiguration, 'path'> | null,
  environment: Record<string, string | undefined>,
): OpencodeBinary | null {
  const named = tool?.path ?? environment.OPENCODE_PATH;
  if (named) return existsSync(named) ? { path: named, version: null } : null;
  try {
    const manifest = require.resolve(`opencode-${process.platform}-${process.arch}/package.json`);
    const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
    return { path: path.join(path.dirname(manifest), 'bin', 'opencode'), version };
  } catch {
    return null;
  }
}

/** The folder of the packaged ripgrep, without which opencode would download one. null: not installed. */
export function ripgrepFolder(): string | null {
  try {
    const outer = createRequire(require.resolve('@vscode/ripgrep'));
    return path.dirname(outer.resolve(`@vscode/ripgrep-${process.platform}-${process.arch}/bin/rg`));
  } catch {
    return null;
  }
}

/** OpenCode 2 speaks another protocol. null: this version can be driven. */
export function refuseVersion(version: string): string | null {
  return /^1\./.test(version) ? null : `opencode ${version} cannot be driven: version 1 is needed (the packaged one is 1.18.33).`;
}
