/** What a service runs. */
export interface ServiceCommand {
  node: string;
  /** The product's executable and its arguments. */
  args: string[];
  /** Where programs are found: a service inherits no shell. */
  path: string;
  /** The machine's name, for people. */
  name: string;
}

export const UNIT_NAME = 'specwright-runner.service';

/** A systemd user unit (systemd.service(5), systemd.syntax(7)). Exit code 2 says that starting again changes nothing. */
export function systemdUnit({ node, args, path, name }: ServiceCommand): string {
  return `[Unit]
Description=Specwright runner ${specifiers(oneLine(name))}
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=${[node, ...args].map(word).join(' ')}
Environment=${quoted(specifiers(`PATH=${path}`))}
Restart=on-failure
RestartSec=5
RestartPreventExitStatus=2
# It hands back what it has in hand, then ends its agents itself.
KillMode=mixed
TimeoutStopSec=30
UMask=0077
NoNewPrivileges=true

[Install]
WantedBy=default.target
`;
}

/** A word of ExecStart: quoted, with nothing that systemd would replace. */
function word(text: string): string {
  return quoted(specifiers(text).replaceAll('$', '$$$$'));
}

function quoted(text: string): string {
  return `"${oneLine(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function specifiers(text: string): string {
  return text.replaceAll('%', '%%');
}

/** A line end would begin another setting. */
function oneLine(text: string): string {
  if (/[\r\n\0]/.test(text)) throw new Error('A service can hold no path with a line end.');
  return text;
}
