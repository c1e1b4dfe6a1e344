import type { Item, RunState } from '@specwright/protocol/run-state.ts';
import type { ReactNode } from 'react';
import { useMachine } from '../live/use-machine.ts';
import type { RunHandle } from '../live/use-run.ts';
import { CommandLine } from '../ui/command-line.tsx';
import { CopyText } from '../ui/copy-text.tsx';
import { shortCommit } from '../ui/format.ts';
import { handOverOf } from './hand-over.ts';

/** What somebody needs to go on by hand: the branch, where the work of the last attempt is, and the commands. */
export function HandOverView({ handle, run, item }: { handle: RunHandle; run: RunState; item: Item | null }) {
  const machine = useMachine(handle, run);
  const { branch, head, commands, work } = handOverOf(run, item);
  return (
    <section
      aria-label="Hand over"
      data-testid="hand-over"
      className="grid min-w-0 grid-cols-1 gap-3 rounded-md border border-line bg-surface px-3 py-3"
    >
      <dl className="grid grid-cols-[88px_minmax(0,1fr)] gap-x-3 gap-y-1 text-[12px]">
        <Fact name="branch">
          <CopyText text={branch} />
        </Fact>
        <Fact name="confirmed">{head ? <CopyText text={head} shown={shortCommit(head)} /> : 'nothing yet'}</Fact>
        <Fact name="machine">{machine ?? '–'}</Fact>
        {work ? (
          <Fact name="last attempt">
            <CopyText text={work.commit} shown={shortCommit(work.commit)} />
          </Fact>
        ) : null}
        {work?.clone ? (
          <Fact name="kept in">
            <CopyText text={work.clone} />
          </Fact>
        ) : null}
      </dl>
      <div className="grid grid-cols-1 gap-1">
        <p className="text-[12px] text-muted">Opens a folder of its own with the branch, beside your repository:</p>
        {commands.map((command) => (
          <CommandLine key={command} command={command} />
        ))}
      </div>
      {work && work.commands.length > 0 ? (
        <div className="grid grid-cols-1 gap-1">
          <p className="text-[12px] text-muted">
            {machine ? `On ${machine}: brings` : 'Brings'} in what the last attempt did and nobody confirmed, as changes that are not
            committed:
          </p>
          {work.commands.map((command) => (
            <CommandLine key={command} command={command} />
          ))}
        </div>
      ) : null}
      <p className="text-[12px] text-muted">
        Tick the tasks that you have done and commit. Then merge the branch yourself, or put it onto your base branch and start Complete
        Phase again: only what is open is taken.
      </p>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-faint">{name}</dt>
      <dd className="min-w-0 break-words text-muted">{children}</dd>
    </>
  );
}
