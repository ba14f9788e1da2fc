import { expect, test } from 'vitest';
import { filterOf, isFiltered, machineSearch, nextOrder } from './search';

test('an address holds only what a table can be asked', () => {
  const search = machineSearch({ q: 'web', state: 'isolated', junk: 'x', health: { a: 1 } });
  expect(filterOf(search)).toEqual({ search: 'web', state: 'isolated', healthStatus: undefined, osPlatform: undefined, tag: undefined, orderBy: undefined });
  expect(isFiltered(search)).toBe(true);
  expect(isFiltered(machineSearch({ order: 'lastSeen' }))).toBe(false);
});

test('pressing a heading goes up, down, and back', () => {
  expect(nextOrder(undefined, 'lastSeen')).toBe('lastSeen');
  expect(nextOrder('lastSeen', 'lastSeen')).toBe('lastSeen desc');
  expect(nextOrder('lastSeen desc', 'lastSeen')).toBeUndefined();
  expect(nextOrder('lastSeen desc', 'osPlatform')).toBe('osPlatform');
});
