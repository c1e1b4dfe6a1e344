import { useNavigate } from '@remix-run/react';
import type { Me } from '@specwright/protocol/api.ts';
import { Icon } from '../ui/icon.tsx';
import { Menu } from '../ui/menu.tsx';
import { useSend } from '../ui/use-send.ts';

/** The organisation that is worked in, and the others of this person. */
export function OrganisationSwitcher({ me }: { me: Me }) {
  const navigate = useNavigate();
  const { send } = useSend<{ intent: 'switch'; organisationId: string }>('/organisation');
  const name = me.organisation?.name ?? 'No organisation';
  const change = (organisationId: string) => {
    if (organisationId === me.organisation?.id) return;
    // Left by a full load: nothing of the other organisation may stay on the page.
    send({ intent: 'switch', organisationId }, { onDone: () => location.assign('/') });
  };
  return (
    <Menu
      label={`Organisation ${name}: change`}
      className="max-w-[22ch] gap-1.5 border border-line bg-surface max-md:w-8 max-md:px-0"
      items={[
        ...me.organisations.map((organisation) => ({
          label: organisation.name,
          chosen: organisation.id === me.organisation?.id,
          onSelect: () => change(organisation.id),
        })),
        { label: 'New organisation…', apart: true, onSelect: () => navigate('/welcome') },
      ]}
    >
      <Icon name="team" />
      <span className="truncate max-md:hidden">{name}</span>
    </Menu>
  );
}
