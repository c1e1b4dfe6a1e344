import type { BetterAuthOptions } from 'better-auth';
import { hashToken } from '../door/secret.ts';

/**
 * What is secret by itself stands in D1 as its SHA-256 in hex only: who reads the database can use none of it.
 * better-auth goes on working with the plain ones: they are hashed in what it writes and in what it asks for.
 *
 * A row that is found by something else (all sessions of a person) carries the hash where better-auth expects the token:
 * nothing may be looked up by that again. What ends sessions by id or by person is our own (store/sessions.ts).
 */
const SECRET: Record<string, string> = { session: 'token', verification: 'identifier', deviceCode: 'deviceCode', apikey: 'key' };

interface Where {
  field: string;
  value: unknown;
}
interface Call {
  model: string;
  data?: Record<string, unknown>;
  update?: unknown;
  where?: Where[];
}
type Row = Record<string, unknown> | null;
type Method = (call: Call) => Promise<unknown>;
type Adapter = Record<string, unknown> & { transaction?: <T>(work: (inside: Adapter) => Promise<T>) => Promise<T> };

const ANSWER_ROW = ['create', 'findOne', 'update', 'consumeOne', 'incrementOne'];
const ANSWER_OTHER = ['findMany', 'updateMany', 'delete', 'deleteMany', 'count'];

/** Wraps a database adapter of better-auth so that SECRET's columns are kept as hashes. */
export function withHashedSecrets<T>(adapterOf: (options: BetterAuthOptions) => T): (options: BetterAuthOptions) => T {
  return (options) => hashing(adapterOf(options) as Adapter) as T;
}

function hashing(inner: Adapter): Adapter {
  const wrapped: Adapter = { ...inner };
  for (const name of [...ANSWER_ROW, ...ANSWER_OTHER]) {
    const method = inner[name] as Method | undefined;
    if (!method) continue;
    wrapped[name] = async (call: Call) => {
      const answer = await method(await hashed(call));
      return ANSWER_ROW.includes(name) ? withPlain(answer as Row, call) : answer;
    };
  }
  const { transaction } = inner;
  if (transaction) wrapped.transaction = (work) => transaction((inside) => work(hashing(inside)));
  return wrapped;
}

async function hashed(call: Call): Promise<Call> {
  const field = SECRET[call.model];
  if (!field) return call;
  const data = call.data && (await withHash(call.data, field));
  const update =
    typeof call.update === 'object' && call.update ? await withHash(call.update as Record<string, unknown>, field) : call.update;
  const where = call.where && (await Promise.all(call.where.map((one) => (one.field === field ? hashedWhere(one) : one))));
  return { ...call, ...(data && { data }), ...(update !== undefined && { update }), ...(where && { where }) };
}

async function withHash(row: Record<string, unknown>, field: string): Promise<Record<string, unknown>> {
  const plain = row[field];
  return typeof plain === 'string' ? { ...row, [field]: await hashToken(plain) } : row;
}

async function hashedWhere(one: Where): Promise<Where> {
  const hashOne = (value: unknown) => (typeof value === 'string' ? hashToken(value) : value);
  return { ...one, value: Array.isArray(one.value) ? await Promise.all(one.value.map(hashOne)) : await hashOne(one.value) };
}

/** The one who wrote or asked by a plain secret gets it back in the row. */
function withPlain(row: Row, call: Call): Row {
  const field = SECRET[call.model];
  if (!row || !field) return row;
  const plain = call.data?.[field] ?? call.where?.find((one) => one.field === field)?.value;
  return typeof plain === 'string' ? { ...row, [field]: plain } : row;
}
