import { isAlias, isMap, isPair, isScalar, LineCounter, type Node, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import { type ConfigFile, configFileSchema } from './config-file.ts';
import { expandVariables } from './expand-variables.ts';
import { findUnknownKeys } from './unknown-keys.ts';

export interface ConfigProblem {
  ok: false;
  file: string;
  line: number | null;
  message: string;
}

export interface ReadConfig {
  ok: true;
  config: ConfigFile;
  warnings: string[];
  /** The line of a value, for refusals that only the whole configuration shows. */
  lineOf(path: (string | number)[]): number | null;
}

const MAX_CHARS = 256 * 1024;

/**
 * Reads the text of a configuration file: YAML, with variables expanded in its texts, checked against the schema.
 * @param file the name in refusals, relative to the repository.
 */
export function readConfigFile(text: string, file: string, environment: Record<string, string | undefined>): ReadConfig | ConfigProblem {
  if (text.length > MAX_CHARS) return { ok: false, file, line: null, message: 'The file is longer than 256 KiB.' };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const lineAt = (offset: number) => lines.linePos(offset).line;
  const broken = document.errors[0];
  if (broken) return { ok: false, file, line: lineAt(broken.pos[0]), message: broken.message };

  let problem: ConfigProblem | null = null;
  visit(document, {
    Node: (_, node) => {
      // Aliases can make a small file grow without end.
      if (isAlias(node)) problem ??= { ok: false, file, line: lineAt(node.range?.[0] ?? 0), message: 'Aliases (*name) are not read here.' };
    },
    Scalar: (key, node) => {
      if (key === 'key' || typeof node.value !== 'string') return;
      const expanded = expandVariables(node.value, environment);
      if (expanded.ok) node.value = retype(node.value, expanded.text, node.type);
      else problem ??= { ok: false, file, line: lineAt(node.range?.[0] ?? 0), message: expanded.message };
    },
  });
  if (problem) return problem;

  const lineOf = (path: (string | number)[]) => {
    const offset = offsetOf(document.contents as Node | null, path);
    return offset === null ? null : lineAt(offset);
  };
  const value: unknown = document.toJS() ?? {};
  const parsed = configFileSchema.safeParse(value);
  if (!parsed.success) return refusal(parsed.error, file, lineOf);
  const unknown = findUnknownKeys(value, configFileSchema);
  const warnings = unknown.map((path) => `${file}:${lineOf(path) ?? 1}: ${path.join('.')} is not known and is ignored.`);
  return { ok: true, config: parsed.data, warnings, lineOf };
}

/** A plain (unquoted) text that became a number or a truth value by its variable is one: `maxIterations: ${MAX:-3}`. */
function retype(before: string, after: string, style: string | undefined): unknown {
  if (style !== 'PLAIN' || before === after) return after;
  if (/^-?\d+(\.\d+)?$/.test(after)) return Number(after);
  return after === 'true' ? true : after === 'false' ? false : after;
}

function refusal(error: z.ZodError, file: string, lineOf: ReadConfig['lineOf']): ConfigProblem {
  const issue = error.issues[0];
  const path = (issue?.path ?? []) as (string | number)[];
  const where = path.length === 0 ? '' : `${path.join('.')}: `;
  return { ok: false, file, line: lineOf(path) ?? 1, message: `${where}${issue?.message ?? 'The file is wrong.'}` };
}

/** The place of the deepest node that exists on the path: a missing key is shown where it should stand. */
function offsetOf(root: Node | null, path: (string | number)[]): number | null {
  let at: Node | null = root;
  let offset = root?.range?.[0] ?? null;
  for (const step of path) {
    const next = childOf(at, step);
    if (next === null) break;
    offset = next.offset ?? offset;
    at = next.node;
  }
  return offset;
}

function childOf(node: Node | null, step: string | number): { node: Node | null; offset: number | null } | null {
  if (isMap(node)) {
    const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === step);
    if (!pair) return null;
    return { node: pair.value as Node | null, offset: (pair.key as Node).range?.[0] ?? null };
  }
  const items = (node as { items?: unknown[] } | null)?.items;
  const item = typeof step === 'number' ? (items?.[step] as Node | undefined) : undefined;
  return item === undefined ? null : { node: item, offset: item.range?.[0] ?? null };
}
