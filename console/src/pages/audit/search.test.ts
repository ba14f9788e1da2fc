import { expect, test } from 'vitest';
import { auditSearch, queryOf } from './search';

test('an address that makes no sense searches for nothing', () => {
  expect(auditSearch({ q: 7, kind: 'toString', from: 'yesterday', to: '2026-13-45' })).toEqual({});
});

test('days are whole days of whoever looks', () => {
  const { from, to } = queryOf(auditSearch({ from: '2026-03-05', to: '2026-03-05' }));
  expect(Date.parse(String(to)) - Date.parse(String(from))).toBe(24 * 3600 * 1000 - 1);
});
