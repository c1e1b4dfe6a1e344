import { buildWhenStale } from '../local/build.ts';

export async function build(): Promise<void> {
  const { buildId, built } = await buildWhenStale((line) => process.stdout.write(`${line}\n`));
  process.stdout.write(built ? `Built ${buildId}.\n` : `Nothing changed since build ${buildId}.\n`);
}
