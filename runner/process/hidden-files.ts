import { existsSync } from 'node:fs';

let hidden: string[] = [];

/** Files that a contained program finds empty, whoever it runs as: the machine's key, a person's sign-in. */
export function hideFromAgents(files: string[]): void {
  hidden = files;
}

/** bubblewrap's arguments for them; one that is not there yet has nothing to hide. */
export function hidingArguments(): string[] {
  return hidden.filter((file) => existsSync(file)).flatMap((file) => ['--ro-bind', '/dev/null', file]);
}
