import { join } from 'node:path';
import { discover } from './agents/discover.ts';
import { makeOpenCrew } from './agents/open-crew.ts';
import { readDurations } from './durations.ts';
import { askServer, type PostText } from './identity/ask-server.ts';
import type { Identity } from './identity/identity.ts';
import { keyFile, openKeyPair } from './identity/key-pair.ts';
import { readRegistration } from './identity/runner-file.ts';
import { signedIdentity } from './identity/signed-identity.ts';
import { openLinks } from './links/linked-repositories.ts';
import { type Log, maskedLog } from './log.ts';
import { readThresholds } from './machine/hold-back.ts';
import { defaultSlots } from './machine/load.ts';
import { openStatusFile, type RunnerView } from './machine/status-file.ts';
import { makeMask } from './masking/mask.ts';
import { hideFromAgents } from './process/hidden-files.ts';
import { type Runner, startRunner } from './runner.ts';

export interface StartOptions {
  dataDir: string;
  environment: NodeJS.ProcessEnv;
  log: Log;
  /** Null: by the machine's cores and memory. */
  slots: number | null;
  onView?(view: RunnerView): void;
}

export const RUNNER_VERSION = '0.2.0';

/** What must not be within reach of an agent: it stands in the environment of whoever starts a runner. */
const OWN_SECRETS = ['SPECWRIGHT_RUNNER_TOKEN', 'SPECWRIGHT_REGISTRATION_TOKEN', 'SPECWRIGHT_API_KEY'];

/** Starts the runner of a data folder. Throws Error with one sentence when the folder belongs to no registered machine. */
export async function startRegistered(options: StartOptions): Promise<Runner> {
  const { dataDir, environment } = options;
  const log = maskedLog(options.log, makeMask(environment));
  const who = whoIsThis(options);
  for (const name of OWN_SECRETS) delete environment[name];
  // The sign-in of whoever uses the commands here stands beside the runner's folder.
  hideFromAgents([
    keyFile(dataDir),
    join(dataDir, 'runner.env'),
    join(dataDir, '..', 'sign-in.json'),
    join(dataDir, '..', 'owner-credential'),
  ]);
  const durations = readDurations(environment);
  const found = await discover({ environment });
  const status = openStatusFile(dataDir);
  const runner = await startRunner({
    ...who,
    dataDir,
    version: RUNNER_VERSION,
    slots: options.slots ?? defaultSlots(),
    thresholds: readThresholds(environment),
    found,
    durations,
    env: environment,
    log,
    openCrew: makeOpenCrew({ environment, found, durations }),
    onView(view) {
      status.write(view);
      options.onView?.(view);
    },
  });
  void runner.ended.then(() => status.close());
  return runner;
}

function whoIsThis({ dataDir }: StartOptions) {
  const registration = readRegistration(dataDir);
  if (registration === null) throw new Error('This machine is not registered yet. Register it with: specwright runner login');
  const { server, name, runnerId, organisation } = registration;
  const keys = openKeyPair(dataDir);
  const identify = (post: PostText): Identity =>
    signedIdentity({ runnerId, keys, monotonic: () => performance.now(), ask: (path, body) => askServer(post, path, body) });
  return { server, name, identify, links: organisation === null ? null : openLinks(dataDir) };
}
