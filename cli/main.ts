import { Command, CommanderError } from 'commander';
import { CommandError, EXIT } from './command-error.ts';
import { addRunnerCommands } from './runner-commands.ts';

const program = new Command('specwright')
  .description('Turns a written intent into reviewed commits, with coding agents on your own machine.')
  .showHelpAfterError()
  .exitOverride();

const server = ['--server <url>', 'another server than the one of the data directory (SPECWRIGHT_SERVER)'] as const;
const dataDirectory = ['--data-dir <dir>', 'where everything is kept (SPECWRIGHT_DATA_DIR; default: .data in the clone)'] as const;

program
  .command('start')
  .description('serve the dashboard and start a runner on this machine; the first time, run the demo')
  .option('--port <port>', 'the port on 127.0.0.1 (SPECWRIGHT_PORT; default 8787)')
  .option(...dataDirectory)
  .option('--no-demo', 'neither make nor run the demo project (SPECWRIGHT_NO_DEMO=1)')
  .action(async (options) => (await import('./commands/start.ts')).start(options));

program
  .command('run')
  .description('run a spec file on a repository: against the running server, or an embedded one for as long as it takes')
  .argument('<spec>', 'the spec as Markdown (docs/spec-format.md)')
  .requiredOption('--repo <dir>', 'the repository: a folder on this machine, or a git URL')
  .option('--follow', 'stay until the run ends and show its progress (the default)', true)
  .option('--no-follow', 'start it and return at once with its id; needs a running server')
  .option('--json', 'print the run’s events, one JSON object a line')
  .option(...server)
  .option(...dataDirectory)
  .action(async (spec, options) => (await import('./commands/run.ts')).run(spec, options));

program
  .command('status')
  .description('the latest runs and the machines of the running server')
  .option('--json', 'as JSON')
  .option(...server)
  .option(...dataDirectory)
  .action(async (options) => (await import('./commands/status.ts')).status(options));

program
  .command('export')
  .description('print a spec as Markdown')
  .argument('<spec-id>')
  .option(...server)
  .option(...dataDirectory)
  .action(async (specId, options) => (await import('./commands/export.ts')).exportSpec(specId, options));

program
  .command('tasks')
  .description('print what a task file says: its dialect, tasks, batches, and what was left out')
  .argument('<file>', 'tasks.md of SpecFlow, spec-kit, OpenSpec, Kiro, or any Markdown with boxes')
  .option('--batch-size <n>', 'tasks in a batch where nothing else divides them (1 to 50; default 15)')
  .option('--json', 'everything that was read, as JSON')
  .action(async (file, options) => (await import('./commands/tasks.ts')).tasks(file, options));

program
  .command('link')
  .description('print a new one-time sign-in link for the owner of the running server')
  .option(...dataDirectory)
  .action(async (options) => (await import('./commands/link.ts')).link(options));

program
  .command('login')
  .description('sign in to a server with your approval on a page; the other commands then act as you (or set SPECWRIGHT_API_KEY)')
  .option('--server <url>', 'the server (SPECWRIGHT_SERVER)')
  .action(async (options) => (await import('./commands/login.ts')).login(options));

program
  .command('logout')
  .description('end that, here and on the server')
  .action(async () => (await import('./commands/login.ts')).logout());

addRunnerCommands(program);

program
  .command('doctor')
  .description('say what is there, what is missing, and how to mend it')
  .option('--json', 'as JSON')
  .option(...dataDirectory)
  .action(async (options) => (await import('./commands/doctor.ts')).doctor(options));

program
  .command('build')
  .description('build the dashboard and the Worker, when their sources changed')
  .action(async () => (await import('./commands/build.ts')).build());

program
  .command('dev')
  .description('hot reload with real bindings, and a runner')
  .option('--port <port>', 'the port on 127.0.0.1 (default 5173)')
  .action(async (options) => (await import('./commands/dev.ts')).dev(options));

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
  if (process.exitCode === EXIT.usage) process.exit(EXIT.usage);
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof CommandError) {
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
  process.stderr.write(`Something broke inside Specwright: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return EXIT.failed;
}
