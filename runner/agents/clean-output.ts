import { StringDecoder } from 'node:string_decoder';

/** Control sequences of terminals (ECMA-48): colours, cursor moves, titles. */
const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;
/** An escape sequence that the next chunk may end. Longer ones are no sequences. */
const OPEN_ESCAPE = /\u001b(?:\[[0-?]*[ -/]*|\][^\u0007\u001b]{0,200})?$/;

export interface OutputCleaner {
  write(chunk: Buffer): string;
  end(): string;
}

/** Makes text of a program's raw output: half characters wait for their rest, colours and control characters go. */
export function cleanOutput(): OutputCleaner {
  const decoder = new StringDecoder('utf8');
  let held = '';
  const clean = (text: string) => {
    const whole = held + text;
    const open = whole.match(OPEN_ESCAPE)?.[0] ?? '';
    held = open;
    return cleanText(whole.slice(0, whole.length - open.length));
  };
  return {
    write: (chunk) => clean(decoder.write(chunk)),
    end: () => {
      const rest = held + decoder.end();
      held = '';
      return cleanText(rest);
    },
  };
}

export function cleanText(text: string): string {
  return text.replace(ANSI, '').replace(/\r\n/g, '\n').replace(CONTROLS, '');
}
