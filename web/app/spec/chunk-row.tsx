import type { Chunk } from '@specwright/protocol/api.ts';
import type { ReactNode } from 'react';
import { useMay } from '../shell/me.ts';
import { cx } from '../ui/class-names.ts';
import { shortCommit } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { Menu } from '../ui/menu.tsx';
import { StatusSign } from '../ui/status-badge.tsx';
import { useSend } from '../ui/use-send.ts';
import type { ChunkAsk } from './chunk-section.tsx';
import { useStartRun } from './run-all.tsx';
import type { SpecIntent } from './spec-intents.ts';

export interface ChunkListProps {
  specId: string;
  chunks: Chunk[];
  /** A run is going: chunks cannot be run, reset or skipped by themselves now. */
  active: boolean;
  onAsk: (ask: ChunkAsk) => void;
}

/** The list without drag and drop, while that is loaded and for the server's HTML. */
export function ChunkListStill(props: ChunkListProps) {
  return (
    <ol aria-label="Chunks" className="divide-y divide-line">
      {props.chunks.map((chunk) => (
        <li key={chunk.id} className="flex items-start gap-1 px-2 py-2">
          <span className="grid size-7 place-items-center text-faint">
            <Icon name="grip" />
          </span>
          <ChunkBody {...props} chunk={chunk} />
        </li>
      ))}
    </ol>
  );
}

interface ChunkBodyProps extends ChunkListProps {
  chunk: Chunk;
}

/** A chunk's row right of its handle: state, title, what it waits for, its menu. */
export function ChunkBody({ chunk, chunks, specId, active, onAsk }: ChunkBodyProps) {
  const mayWrite = useMay('member');
  const needed = chunks.filter((other) => chunk.dependsOn.includes(other.id));
  return (
    <>
      <button
        type="button"
        onClick={() => onAsk({ name: 'edit', chunk })}
        className="flex min-w-0 flex-1 items-start gap-2 rounded px-1 py-1 text-left hover:text-accent"
      >
        <span className="sr-only">{mayWrite ? 'Edit' : 'Show'}</span>
        <StatusSign status={chunk.status} className="mt-px" />
        <span className="min-w-0">
          <span className={cx('break-words', chunk.status === 'skipped' && 'text-faint line-through')}>{chunk.title}</span>
          <span className="ml-2 text-[12px] text-faint">{chunk.key}</span>
          {needed.length > 0 ? <Needs chunks={needed} /> : null}
          {chunk.error ? <span className="mt-0.5 block break-words text-[12px] text-bad">{chunk.error.message}</span> : null}
        </span>
      </button>
      {chunk.commit ? <code className="mt-1.5 text-[11.5px] text-faint max-sm:hidden">{shortCommit(chunk.commit)}</code> : null}
      {mayWrite ? <ChunkMenu chunk={chunk} specId={specId} active={active} onAsk={onAsk} /> : null}
    </>
  );
}

function Needs({ chunks }: { chunks: Chunk[] }): ReactNode {
  return (
    <span className="mt-1 flex flex-wrap gap-1 text-[11.5px]">
      <span className="sr-only">depends on</span>
      {chunks.map((chunk) => (
        <span key={chunk.id} title={`Depends on “${chunk.title}” (${chunk.status})`} className="rounded border border-line px-1 text-faint">
          <Icon name="left" className={cx('mr-1', chunk.status === 'completed' ? 'text-accent' : 'text-faint')} />
          {chunk.key}
        </span>
      ))}
    </span>
  );
}

function ChunkMenu({ chunk, specId, active, onAsk }: Omit<ChunkBodyProps, 'chunks'>) {
  const { start } = useStartRun(specId);
  const { send } = useSend<SpecIntent>(`/specs/${specId}`);
  const set = (status: 'pending' | 'skipped', done: string) =>
    send({ intent: 'edit-chunk', chunkId: chunk.id, changes: { status } }, { done });
  const open = chunk.status === 'pending' || chunk.status === 'failed' || chunk.status === 'cancelled';
  return (
    <Menu
      label={`Actions for ${chunk.title}`}
      items={[
        { label: 'Edit', onSelect: () => onAsk({ name: 'edit', chunk }) },
        { label: 'Run this chunk', disabled: active || !open, onSelect: () => start([chunk.id]) },
        { label: 'Reset to pending', disabled: active || chunk.status === 'pending', onSelect: () => set('pending', 'Reset to pending') },
        { label: 'Skip', disabled: active || !open, onSelect: () => set('skipped', 'Skipped') },
        { label: 'Delete', danger: true, disabled: active, onSelect: () => onAsk({ name: 'delete', chunk }) },
      ]}
    />
  );
}
