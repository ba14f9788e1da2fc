import { expect, test } from 'vitest';
import type { MachineAction } from '../../api/actions';
import type { Happening } from '../../api/timeline';
import { merged } from './happened';

const act = (minute: number) => ({ id: `a${minute}`, creationDateTimeUtc: `2026-11-22T10:${minute}:00Z` }) as MachineAction;
const told = (minute: number, event = 'machine.execution-denied') => ({ number: minute, at: `2026-11-22T10:${minute}:00.5Z`, event }) as Happening;
const names = (items: ReturnType<typeof merged>['items']) => items.map((item) => ('action' in item ? item.action.id : item.happening.number));

test('actions and findings are one list, newest first, without the steps of actions', () => {
  const all = merged([act(30), act(10)], false, [told(40), told(30, 'action.started'), told(20)], false);
  expect(names(all.items)).toEqual([40, 'a30', 20, 'a10']);
  expect(all.next).toBeUndefined();
});

test('what may still get something before it waits', () => {
  const some = merged([act(50), act(30)], true, [told(40), told(20), told(10)], false);
  expect(names(some.items)).toEqual(['a50', 40, 'a30']);
  expect(some.next).toBe('actions');
  expect(merged([act(30), act(10)], true, [told(40)], true)).toMatchObject({ next: 'happened', items: [{ happening: { number: 40 } }] });
});
