import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeWhole } from './write-whole.ts';

const registrationSchema = z.object({
  /** Origin of the server, without a path. */
  server: z.string().url(),
  runnerId: z.string(),
  name: z.string(),
  /** Null: the runner of an embedded server, which serves whatever the owner of that server asks. */
  organisation: z.object({ id: z.string(), name: z.string() }).nullable(),
});
/** What the server knows this machine as; no secret. */
export type Registration = z.infer<typeof registrationSchema>;

/** Null: this data folder belongs to no registered machine. */
export function readRegistration(dataDir: string): Registration | null {
  const file = join(dataDir, 'runner.json');
  if (!existsSync(file)) return null;
  try {
    return registrationSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new Error(`${file} is not as it was written. Remove it and register this machine again.`);
  }
}

export function writeRegistration(dataDir: string, registration: Registration): void {
  writeWhole(join(dataDir, 'runner.json'), `${JSON.stringify(registration, null, 2)}\n`);
}

export function forgetRegistration(dataDir: string): void {
  rmSync(join(dataDir, 'runner.json'), { force: true });
}
