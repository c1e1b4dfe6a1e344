import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { readRegistration } from '@specwright/runner/identity/runner-file.ts';
import { writeOnce, writeWhole } from '@specwright/runner/identity/write-whole.ts';
import { CommandError, EXIT } from '../../command-error.ts';
import { runnerFolder } from '../../local/home.ts';
import { ROOT } from '../../local/root.ts';
import { launchdPlist, PLIST_LABEL } from '../../service/launchd-plist.ts';
import { type ServiceCommand, systemdUnit, UNIT_NAME } from '../../service/systemd-unit.ts';

const ENVIRONMENT = '# NAME=value, one a line: the keys of the models that this machine may use.\n# ZHIPU_API_KEY=\n';

interface Service {
  file: string;
  text: string;
  /** Commands, each an argument list. What must end of an older installation; it may not be there. */
  reload: string[][];
  /** That make the system know it and start it; and that end it. */
  enable: string[][];
  disable: string[][];
  hint: string;
}

/** Makes the runner a service of this user: started with the session, started again when it fails. */
export async function runnerInstall(options: { dataDir?: string; uninstall?: boolean }): Promise<void> {
  const dataDir = runnerFolder(options.dataDir);
  const service = serviceOf(dataDir, process.platform, homedir());
  if (options.uninstall) return uninstall(service);
  if (readRegistration(dataDir) === null)
    throw new CommandError('This machine is not registered yet. Register it with: npx specwright runner login', EXIT.usage);
  writeWhole(service.file, service.text);
  writeOnce(join(dataDir, 'runner.env'), ENVIRONMENT);
  // One that runs already goes on by the new file.
  runAll(service.reload);
  process.stdout.write(`Written: ${service.file}\nKeys of models for it: ${join(dataDir, 'runner.env')}\n`);
  const failed = runAll(service.enable);
  if (failed === null) return void process.stdout.write(`The runner is a service now. ${service.hint}\n`);
  process.stdout.write(
    `It could not be enabled here (${failed}). Do it with:\n${shown(service.enable)}\n\nThe file says:\n\n${service.text}`,
  );
  process.exitCode = EXIT.failed;
}

function uninstall(service: Service): void {
  if (!existsSync(service.file)) return void process.stdout.write('No service is installed here.\n');
  const failed = runAll(service.disable);
  rmSync(service.file, { force: true });
  process.stdout.write(
    failed === null
      ? 'The service is gone; the machine stays registered.\n'
      : `Removed ${service.file}. It could not be stopped (${failed}): it ends with this session.\n`,
  );
}

/** The service for a platform. Throws CommandError where there is neither systemd nor launchd. */
export function serviceOf(dataDir: string, platform: NodeJS.Platform, home: string): Service {
  const args = [join(ROOT, 'bin', 'specwright.mjs'), 'runner', 'start', '--data-dir', dataDir];
  const name = readRegistration(dataDir)?.name ?? '';
  const command: ServiceCommand = { node: process.execPath, args, path: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin', name };
  if (platform === 'darwin') {
    const file = join(home, 'Library', 'LaunchAgents', `${PLIST_LABEL}.plist`);
    const domain = `gui/${userInfo().uid}`;
    return {
      file,
      text: launchdPlist(command, join(dataDir, 'service.log')),
      reload: [['launchctl', 'bootout', `${domain}/${PLIST_LABEL}`]],
      enable: [['launchctl', 'bootstrap', domain, file]],
      disable: [['launchctl', 'bootout', `${domain}/${PLIST_LABEL}`]],
      hint: `Its output: ${join(dataDir, 'service.log')}`,
    };
  }
  if (platform !== 'linux')
    throw new CommandError(`There are no services for ${platform} yet: keep "npx specwright runner start" running yourself.`);
  const file = join(process.env.XDG_CONFIG_HOME || join(home, '.config'), 'systemd', 'user', UNIT_NAME);
  return {
    file,
    text: systemdUnit(command),
    reload: [],
    enable: [
      ['systemctl', '--user', 'daemon-reload'],
      ['systemctl', '--user', 'enable', UNIT_NAME],
      ['systemctl', '--user', 'restart', UNIT_NAME],
    ],
    disable: [['systemctl', '--user', 'disable', '--now', UNIT_NAME]],
    hint: `Its output: journalctl --user -u ${UNIT_NAME}. To keep it while nobody is signed in: loginctl enable-linger`,
  };
}

/** Null: all went well; else what went wrong. */
function runAll(commands: string[][]): string | null {
  for (const [program = '', ...args] of commands) {
    try {
      execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: 30_000 });
    } catch (error) {
      const { code, stderr } = error as NodeJS.ErrnoException & { stderr?: Buffer };
      return code === 'ENOENT' ? `${program} is not here` : (stderr?.toString().trim().split('\n')[0] ?? `${program} failed`);
    }
  }
  return null;
}

function shown(commands: string[][]): string {
  return commands
    .map((command) => `  ${command.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ')}`)
    .join('\n');
}
