const WITHIN_MS = 4000;

/**
 * Asks before something is read again in the background or sent: Remix would put an error page in the place of a page that
 * stands, only because the server is away for a moment.
 */
export async function serverAnswers(): Promise<boolean> {
  try {
    const response = await fetch('/api/health', { cache: 'no-store', signal: AbortSignal.timeout(WITHIN_MS) });
    return response.ok;
  } catch {
    return false;
  }
}
