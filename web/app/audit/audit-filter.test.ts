import { describe, expect, test } from 'vitest';
import { filterIn, isFiltered, queryOf } from './audit-filter.ts';

describe('The audit log’s filters', () => {
  test('in the address become a query of the API, the last day whole', () => {
    const filter = filterIn(new URLSearchParams('actor= Ada &action=runner&from=2026-11-01&to=2026-11-02'));
    const day = (date: string) => String(Date.parse(`${date}T00:00:00Z`));
    expect(queryOf(filter)).toBe(`actor=Ada&action=runner&from=${day('2026-11-01')}&to=${day('2026-11-03')}`);
  });

  test('leave out what is empty or no date', () => {
    const filter = filterIn(new URLSearchParams('from=yesterday&target='));
    expect(queryOf(filter)).toBe('');
    expect(isFiltered(filter)).toBe(true);
    expect(isFiltered(filterIn(new URLSearchParams()))).toBe(false);
  });
});
