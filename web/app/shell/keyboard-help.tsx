import { Modal } from '../ui/modal.tsx';

const GROUPS: { title: string; keys: [string, string][] }[] = [
  {
    title: 'Everywhere',
    keys: [
      ['Ctrl+K or Cmd+K, /', 'command palette'],
      ['?', 'this help'],
      ['g d', 'go to the dashboard'],
      ['g w', 'go to the workers'],
      ['g m', 'go to the machines'],
      ['g o', 'go to the people of the organisation'],
      ['g a', 'go to your account'],
      ['g s', 'go to the settings'],
      ['Esc', 'close what is open'],
    ],
  },
  {
    title: 'Dashboard and project',
    keys: [
      ['c', 'create a project or a spec'],
      ['p', 'Complete Phase (on a project’s page)'],
    ],
  },
  {
    title: 'Spec',
    keys: [
      ['r', 'Run All'],
      ['a', 'add a chunk'],
      ['Ctrl+S or Cmd+S', 'save the text'],
      ['Alt+↑  Alt+↓', 'move the focused chunk'],
      ['Space, ↑ ↓, Space', 'pick up, move and drop a chunk by its handle'],
    ],
  },
  {
    title: 'Queue',
    keys: [
      ['Alt+↑  Alt+↓', 'move the focused entry'],
      ['Space, ↑ ↓, Space', 'pick up, move and drop an entry by its handle'],
    ],
  },
  {
    title: 'Worker, event log',
    keys: [
      ['j', 'follow what happens now'],
      ['f', 'next failure'],
      ['s', 'search'],
    ],
  },
];

export function KeyboardHelp({ open, onClose, user, build }: { open: boolean; onClose: () => void; user: string; build: string }) {
  return (
    <Modal open={open} onClose={onClose} title="Keyboard">
      <div className="grid grid-cols-1 gap-5">
        {GROUPS.map((group) => (
          <section key={group.title}>
            <h3 className="mb-1.5 text-[12px] uppercase tracking-[0.08em] text-faint">{group.title}</h3>
            <dl className="grid grid-cols-[minmax(150px,auto)_1fr] gap-x-4 gap-y-1">
              {group.keys.map(([keys, what]) => (
                <div key={keys} className="contents">
                  <dt>
                    <kbd className="text-accent">{keys}</kbd>
                  </dt>
                  <dd className="text-muted">{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <p className="border-t border-line pt-3 text-[12px] text-faint">
          Signed in as {user} · build {build.slice(0, 12)}
        </p>
      </div>
    </Modal>
  );
}
