/** One JSON line. Never a body, a header or a secret. */
export function logLine(level: 'info' | 'error', fields: Record<string, unknown>): void {
  const line = JSON.stringify({ at: Date.now(), level, ...fields });
  if (level === 'error') console.error(line);
  else console.log(line);
}
