import type { Command } from 'commander';

const SERVER = ['--server <url>', 'the server (SPECWRIGHT_SERVER; default: the one you are signed in to)'] as const;
const NAME = ['--name <name>', 'how the page shows this machine (default: its host name)'] as const;
const DATA = [
  '--data-dir <dir>',
  'where the runner keeps key, links and clones (SPECWRIGHT_RUNNER_DIR; default: ~/.specwright/runner)',
] as const;
const JSON_OUT = ['--json', 'as JSON'] as const;

/** `specwright runner …`: what makes this machine one of an organisation's, and what it may do. */
export function addRunnerCommands(program: Command): void {
  const runner = program.command('runner').description('make this machine work for a server: register, link repositories, start, drain');
  runner
    .command('login')
    .description('register this machine with your approval on a page')
    .option(...SERVER)
    .option(...NAME)
    .option(...DATA)
    .option(...JSON_OUT)
    .action(async (options) => (await import('./commands/runner/login.ts')).runnerLogin(options));
  runner
    .command('register')
    .description('register this machine without a person, by a registration token (good once, for an hour)')
    .option(...SERVER)
    .option('--token-file <file>', 'the file that holds the token; - for standard input (or set SPECWRIGHT_REGISTRATION_TOKEN)')
    .option('--token <token>', 'the token itself: every user of this machine can see it while the command runs')
    .option(...NAME)
    .option(...DATA)
    .option(...JSON_OUT)
    .action(async (options) => (await import('./commands/runner/register.ts')).runnerRegister(options));
  runner
    .command('start')
    .description('run it here, with a view of what it does; Ctrl+C hands back what it has in hand')
    .option('--slots <n>', 'how many runs it takes at once (default: by cores and memory)')
    .option(...DATA)
    .option('--json', 'the log as JSON lines on standard error instead of the view')
    .action(async (options) => (await import('./commands/runner/start.ts')).runnerStart(options));
  runner
    .command('install')
    .description('run it as a service of your user (systemd, launchd)')
    .option('--uninstall', 'end and remove the service; the machine stays registered')
    .option(...DATA)
    .action(async (options) => (await import('./commands/runner/install.ts')).runnerInstall(options));
  runner
    .command('link')
    .description('let runs work in a repository: a folder of this machine, or an address')
    .argument('<dir-or-url>')
    .option(...DATA)
    .option(...JSON_OUT)
    .action(async (place, options) => (await import('./commands/runner/links.ts')).runnerLink(place, options));
  runner
    .command('unlink')
    .description('end that; the next run there is refused')
    .argument('<dir-or-url>')
    .option(...DATA)
    .action(async (place, options) => (await import('./commands/runner/links.ts')).runnerUnlink(place, options));
  runner
    .command('links')
    .description('the linked repositories')
    .option(...DATA)
    .option(...JSON_OUT)
    .action(async (options) => (await import('./commands/runner/links.ts')).runnerLinks(options));
  runner
    .command('status')
    .description('what this machine is registered as, and what its runner does')
    .option(...DATA)
    .option(...JSON_OUT)
    .action(async (options) => (await import('./commands/runner/status.ts')).runnerStatus(options));
  runner
    .command('drain')
    .description('finish the attempts in hand, hand their runs back, then end')
    .option('--now', 'hand back at once')
    .option('--wait', 'return when it has ended')
    .option(...DATA)
    .action(async (options) => (await import('./commands/runner/status.ts')).runnerDrain(options));
}
