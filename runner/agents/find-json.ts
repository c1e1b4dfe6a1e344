/** Finds the JSON value in a model's answer: fenced, bare, on the last line, or the outermost braces. undefined: none. */
export function findJson(text: string): unknown {
  const trimmed = text.trim();
  const fenced = Array.from(trimmed.matchAll(/```(?:json)?[^\S\n]*\n([\s\S]*?)\n?[^\S\n]*```/g), (match) => match[1] ?? '').reverse();
  const lastLine = trimmed.slice(trimmed.lastIndexOf('\n') + 1);
  for (const candidate of [trimmed, ...fenced, lastLine, ...braced(trimmed)]) {
    const value = parse(candidate.trim());
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Where prose stands before the value: from each of the first opening braces to the last closing one. */
function* braced(text: string): Generator<string> {
  const end = text.lastIndexOf('}');
  let tried = 0;
  for (let at = text.indexOf('{'); at !== -1 && at < end && tried < 20; at = text.indexOf('{', at + 1)) {
    tried++;
    yield text.slice(at, end + 1);
  }
}

function parse(text: string): unknown {
  if (!text.startsWith('{') && !text.startsWith('[')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
