import { ServerFault } from './server-fault.ts';

/** POSTs JSON and gives the answer's status and text; throws the connection's error. */
export type PostText = (path: string, body: unknown) => Promise<{ status: number; text: string }>;

/** A call of the runners' API. Throws ServerFault for everything but success, with the server's own sentence where it gave one. */
export async function askServer(post: PostText, path: string, body: unknown): Promise<unknown> {
  const { status, text } = await post(`/runner-api/${path}`, body).catch((error: NodeJS.ErrnoException) => {
    throw new ServerFault(0, `The server does not answer: ${error.message || error.code}`);
  });
  if (status < 200 || status > 299) throw new ServerFault(status, messageIn(text) ?? `The server answered ${status}.`);
  return text === '' ? null : parsed(text);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ServerFault(502, 'The server answered with something that is no JSON: is the address right?');
  }
}

function messageIn(text: string): string | null {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && 'message' in body && typeof body.message === 'string' ? body.message : null;
  } catch {
    return null;
  }
}
