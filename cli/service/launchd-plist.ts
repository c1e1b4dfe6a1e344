import type { ServiceCommand } from './systemd-unit.ts';

export const PLIST_LABEL = 'dev.specwright.runner';

/** A launchd agent (launchd.plist(5)): started at sign-in, started again unless it ended in order. */
export function launchdPlist({ node, args, path }: ServiceCommand, log: string): string {
  const text = (value: string) => `<string>${escaped(value)}</string>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>${text(PLIST_LABEL)}
  <key>ProgramArguments</key>
  <array>
${[node, ...args].map((one) => `    ${text(one)}`).join('\n')}
  </array>
  <key>EnvironmentVariables</key>
  <dict><key>PATH</key>${text(path)}</dict>
  <key>RunAtLoad</key><true/>
  <key>KeepAlive</key>
  <dict><key>SuccessfulExit</key><false/></dict>
  <key>ThrottleInterval</key><integer>10</integer>
  <key>ExitTimeOut</key><integer>30</integer>
  <key>Umask</key><integer>63</integer>
  <key>StandardOutPath</key>${text(log)}
  <key>StandardErrorPath</key>${text(log)}
</dict>
</plist>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
