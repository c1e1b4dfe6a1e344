import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Panel } from '../ui/surface.tsx';
import { useForm } from '../ui/use-form.ts';
import type { AccountIntent } from './account-intents.ts';

export function NameForm({ name }: { name: string }) {
  const { submit, pending, general } = useForm<AccountIntent>('/account');
  const [value, setValue] = useState(name);
  const save = (event: FormEvent) => submit(event, { intent: 'rename', name: value.trim() }, { done: 'Name saved' });
  return (
    <Panel id="name-heading" title="Name">
      <form method="post" onSubmit={save} className="flex flex-wrap items-start gap-3">
        <div className="min-w-0 flex-1 basis-60">
          <TextField
            label="Your name, as others see it"
            name="name"
            autoComplete="name"
            value={value}
            onChange={setValue}
            required
            maxLength={120}
            error={general}
          />
        </div>
        <Button type="submit" pending={pending} disabled={value.trim() === '' || value.trim() === name} className="mt-[1.6em]">
          Save name
        </Button>
      </form>
    </Panel>
  );
}
