import { expect, it } from 'vitest';
import { missingFrom } from './deploy-settings.ts';

const toml = (id: string, vars: string) => `[vars]\nMAX_WORKERS = "5"\n${vars}\n[[d1_databases]]\ndatabase_id = "${id}"\n`;
const ID = '8f1c2a34-0000-4000-8000-1234567890ab';

it('a deployment needs a database and an address', () => {
  const zeros = toml('00000000-0000-0000-0000-000000000000', '');
  expect(missingFrom(zeros)).toEqual([expect.stringContaining('d1 create'), expect.stringContaining('BASE_URL')]);
  expect(missingFrom(toml(ID, 'BASE_URL = "https://specwright.example.org"'))).toEqual([]);
});

it.each(['http://specwright.example.org', 'https://specwright.example.org/app', 'specwright.example.org'])('%s is no origin', (origin) => {
  expect(missingFrom(toml(ID, `BASE_URL = "${origin}"`))).toEqual([expect.stringContaining('https')]);
});
