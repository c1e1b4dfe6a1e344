import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { migrate, signUp } from '../testing/front-door.ts';
import { forgetExpired } from './expired.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const { DB } = env as unknown as { DB: D1Database };
const count = async (table: string) => (await DB.prepare(`SELECT count(*) AS n FROM ${table}`).first<{ n: number }>())?.n;

beforeAll(migrate);

describe('what has expired', () => {
  it('is deleted; what still counts stays', async () => {
    await signUp();
    const now = Date.now();
    expect(await count('session')).toBe(1);
    await DB.prepare(
      `INSERT INTO device_codes (id, device_code, user_code, expires_at, status) VALUES ('a', 'a', 'A', ?1, 'pending'), ('b', 'b', 'B', ?2, 'pending')`,
    )
      .bind(now - 1, now + DAY_MS)
      .run();
    await forgetExpired(DB, now);
    expect([await count('session'), await count('device_codes')]).toEqual([1, 1]);
    await forgetExpired(DB, now + 400 * DAY_MS);
    expect([await count('session'), await count('device_codes')]).toEqual([0, 0]);
  });
});
