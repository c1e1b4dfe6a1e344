import { existsSync, readFileSync } from 'node:fs';

/** Puts `NAME=value` lines of a file into an environment; what is set already stays. A service inherits no shell, so keys of models stand here. */
export function readEnvironmentFile(file: string, environment: NodeJS.ProcessEnv): void {
  if (!existsSync(file)) return;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [, name, value] = /^\s*(?:export\s+)?([A-Za-z_]\w*)=(.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) environment[name] ??= value.replace(/^(["'])(.*)\1$/, '$2');
  }
}
