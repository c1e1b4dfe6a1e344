import { execFileSync } from 'node:child_process';
import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readEnvironmentFile } from './environment-file.ts';
import { launchdPlist } from './launchd-plist.ts';
import { systemdUnit } from './systemd-unit.ts';

const command = {
  node: '/opt/no de/bin/node',
  args: ['/srv/a "quoted" $HOME 100%/specwright.mjs', 'runner', 'start', '--data-dir', '/home/ada/.specwright/runner'],
  path: '/usr/bin:/bin',
  name: 'build box 50%',
};

test('the unit starts exactly this command, hands back before it is killed, and does not start again what is refused', () => {
  const unit = systemdUnit(command);
  expect(unit.split('\n')).toEqual(
    expect.arrayContaining([
      'Description=Specwright runner build box 50%%',
      'ExecStart="/opt/no de/bin/node" "/srv/a \\"quoted\\" $$HOME 100%%/specwright.mjs" "runner" "start" "--data-dir" "/home/ada/.specwright/runner"',
      'Environment="PATH=/usr/bin:/bin"',
      'Restart=on-failure',
      'RestartPreventExitStatus=2',
      'KillMode=mixed',
      'UMask=0077',
      'WantedBy=default.target',
    ]),
  );
  expect(() => systemdUnit({ ...command, name: 'a\nExecStart=/bin/evil' })).toThrow(/line end/);
});

test('the plist is well-formed XML with the same command', () => {
  const plist = launchdPlist({ ...command, args: ['/a & <b>', 'runner', 'start'] }, '/tmp/log');
  expect(plist).toContain('<string>/a &amp; &lt;b&gt;</string>');
  expect(plist.match(/<\w+(?: [^>]*)?>/g)?.length).toBe(plist.match(/<\/(\w+)>/g)?.length);
});

test('keys of a file are put beside what is set already', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'specwright-env-')), 'runner.env');
  writeFileSync(file, '# comment\nA_KEY=one\nexport B_KEY="two words"\n  C=three  \nnonsense\nSET=file\n');
  const environment: NodeJS.ProcessEnv = { SET: 'already' };
  readEnvironmentFile(file, environment);
  readEnvironmentFile(join(file, 'absent'), environment);
  expect(environment).toEqual({ A_KEY: 'one', B_KEY: 'two words', C: 'three', SET: 'already' });
});

test('install writes the service and the file for keys; where there is no systemd it says what to do', () => {
  const home = mkdtempSync(join(tmpdir(), 'specwright-home-'));
  const root = join(import.meta.dirname, '..', '..');
  const run = (...args: string[]) => {
    const env = { HOME: home, PATH: '/nowhere', SPECWRIGHT_HOME: join(home, 'kept') };
    try {
      return {
        code: 0,
        out: execFileSync(process.execPath, [join(root, 'cli', 'main.ts'), 'runner', ...args], { env, encoding: 'utf8', stdio: 'pipe' }),
      };
    } catch (error) {
      const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
      return { code: status, out: stdout + stderr };
    }
  };
  expect(run('install')).toMatchObject({ code: 2, out: expect.stringContaining('not registered yet') });
  const data = join(home, 'kept', 'runner');
  execFileSync('mkdir', ['-p', data]);
  writeFileSync(
    join(data, 'runner.json'),
    JSON.stringify({ server: 'https://x.org', runnerId: 'r', name: 'box', organisation: { id: 'o', name: 'Team' } }),
  );
  const installed = run('install');
  expect(installed).toMatchObject({ code: 1, out: expect.stringContaining('It could not be enabled here') });
  expect(installed.out).toContain(
    process.platform === 'darwin' ? 'launchctl bootstrap' : 'systemctl --user restart specwright-runner.service',
  );
  expect(statSync(join(data, 'runner.env')).mode & 0o777).toBe(0o600);
  expect(run('install', '--uninstall').out).toContain('Removed ');
  expect(run('status')).toMatchObject({ code: 1, out: expect.stringContaining('box, in Team at https://x.org') });
});
