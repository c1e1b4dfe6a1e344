import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../../scripts/run-step.ts';

/** `npx specwright runner …` on a machine with a data directory of its own. */
export interface MachineCommand {
  process: ChildProcess;
  /** What it printed, as soon as it holds this; fails when it ends before. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Its exit code. */
  ended: Promise<number | null>;
}

/** A machine without a server of its own: what its person would type, with the command's answers. */
export function machine(dataDir: string, server: string) {
  return (args: string[], input = ''): MachineCommand => {
    const program = join(ROOT, 'bin', 'specwright.mjs');
    const env = { ...process.env, SPECWRIGHT_RUNNER_DIR: dataDir, SPECWRIGHT_SERVER: server, NO_COLOR: '1' };
    const child = spawn(process.execPath, [program, 'runner', ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.end(input);
    let output = '';
    const ended = new Promise<number | null>((done) => child.once('close', done));
    const printed = (pattern: RegExp) =>
      new Promise<RegExpExecArray>((found, failed) => {
        const look = () => {
          const match = pattern.exec(output);
          if (match) found(match);
        };
        child.stdout.on('data', look);
        child.stderr.on('data', look);
        void ended.then((code) => failed(new Error(`ended with exit code ${code} before ${pattern}:\n${output}`)));
        look();
      });
    const note = (data: Buffer) => {
      output += data;
    };
    child.stdout.on('data', note);
    child.stderr.on('data', note);
    return { process: child, printed, ended };
  };
}
