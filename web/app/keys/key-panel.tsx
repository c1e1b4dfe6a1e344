import type { ApiKey } from '@specwright/protocol/people-api.ts';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Empty, Panel } from '../ui/surface.tsx';
import { CreateKey } from './create-key.tsx';
import { KeyRow } from './key-row.tsx';

interface KeyPanelProps {
  /** Null: they could not be read. */
  keys: ApiKey[] | null;
  kind: ApiKey['kind'];
  title: string;
}

const WHAT = {
  person: 'A key acts as you, with at most your role, from scripts and other programs.',
  service: 'A key of the organisation, for CI and services: it stays when people leave.',
};

/** Keys of one kind: make one, see when each was used last, revoke it. */
export function KeyPanel({ keys, kind, title }: KeyPanelProps) {
  const [creating, setCreating] = useState(false);
  const create = (
    <Button small kind="primary" onClick={() => setCreating(true)}>
      + Create key
    </Button>
  );
  return (
    <Panel id={`keys-${kind}`} title={title} flush aside={keys && keys.length > 0 ? create : null}>
      {keys === null ? (
        <Empty title="The keys could not be read">Reload the page to try again.</Empty>
      ) : keys.length === 0 ? (
        <Empty title="No key yet" action={create}>
          {WHAT[kind]}
        </Empty>
      ) : (
        <ul className="divide-y divide-line">
          {keys.map((key) => (
            <KeyRow key={key.id} apiKey={key} />
          ))}
        </ul>
      )}
      <CreateKey open={creating} kind={kind} onClose={() => setCreating(false)} />
    </Panel>
  );
}
