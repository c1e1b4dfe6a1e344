import { deviceCodes } from '@specwright/migrations/schema.ts';
import { type DeviceRequest, machineNameOf } from '@specwright/protocol/runners-api.ts';
import { and, eq, gt } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';

/** A person reads the code off another screen: case, spaces and dashes do not matter. */
export function plainUserCode(typed: string): string {
  return typed.replace(/[^A-Za-z0-9]/g, '').toUpperCase();
}

/** What asks under this code; null: there is none. `scope` as it asked. */
export async function findDevice(d1: D1Database, userCode: string): Promise<(DeviceRequest & { scope: string }) | null> {
  const [row] = await drizzle(d1).select().from(deviceCodes).where(eq(deviceCodes.userCode, userCode));
  if (!row) return null;
  const expiresAt = row.expiresAt.getTime();
  const status = row.status === 'pending' && expiresAt <= Date.now() ? 'expired' : (row.status as DeviceRequest['status']);
  return { userCode, machineName: machineNameOf(row.scope), status, expiresAt, scope: row.scope ?? '' };
}

/** Decides a request that waits; false: it was decided already, or is too old. `scope` is what the device is told with its token. */
export async function decideDevice(
  d1: D1Database,
  userCode: string,
  decision: { status: 'approved' | 'denied'; userId: string; scope: string },
): Promise<boolean> {
  const waits = and(eq(deviceCodes.userCode, userCode), eq(deviceCodes.status, 'pending'), gt(deviceCodes.expiresAt, new Date()));
  return (await drizzle(d1).update(deviceCodes).set(decision).where(waits).returning({ id: deviceCodes.id })).length > 0;
}
