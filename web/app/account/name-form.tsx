import { type FormEvent, useState } from 'react';
import type { Refused } from '../server/api.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Panel } from '../ui/surface.tsx';
import { useSend } from '../ui/use-send.ts';
import type { AccountIntent } from './account-intents.ts';

export function NameForm({ name }: { name: string }) {
  const { send, pending } = useSend<AccountIntent>('/account');
  const [value, setValue] = useState(name);
  const [refused, setRefused] = useState<Refused | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setRefused(null);
    send({ intent: 'rename', name: value.trim() }, { done: 'Name saved', onRefused: setRefused });
  };
  return (
    <Panel id="name-heading" title="Name">
      <form method="post" onSubmit={submit} className="flex flex-wrap items-start gap-3">
        <div className="min-w-0 flex-1 basis-60">
          <TextField
            label="Your name, as others see it"
            name="name"
            autoComplete="name"
            value={value}
            onChange={setValue}
            required
            maxLength={120}
            error={refused?.message}
          />
        </div>
        <Button type="submit" pending={pending} disabled={value.trim() === '' || value.trim() === name} className="mt-[1.6em]">
          Save name
        </Button>
      </form>
    </Panel>
  );
}
