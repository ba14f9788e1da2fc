// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { KINDS, type MachineAction, condition, kindOf, obstacle } from './actions';
import type { AspectState } from './machines';
import { type Me, mayAct } from './me';
import { stepTimes } from './timeline';

const normal: AspectState = { desired: 'None', desiredAt: null, observed: null, observedAt: null, drift: false };
const machine = { onboardingStatus: 'Onboarded', capabilities: [], isolation: normal, execution: normal };
const kind = (type: MachineAction['type']) => kindOf(type) ?? KINDS[0]!;

test('a machine can do what nothing stands against', () => {
  expect(obstacle(kind('Isolate'), machine, true)).toBeNull();
  expect(obstacle(kind('Isolate'), machine, false)?.why).toBe('permission');
  expect(obstacle(kind('Isolate'), machine, true, ['Isolate'])?.why).toBe('already');
  expect(obstacle(kind('Unisolate'), machine, true)?.why).toBe('notInForce');
  expect(obstacle(kind('Unisolate'), { ...machine, isolation: { ...normal, observed: 'Full' } }, true)).toBeNull();
  expect(obstacle(kind('Isolate'), { ...machine, onboardingStatus: 'CanBeOnboarded' }, true)?.why).toBe('offboarded');
  const without = [{ name: 'NetworkIsolation', support: 'Unsupported' as const, limits: ['Install nftables.'] }];
  expect(obstacle(kind('Isolate'), { ...machine, capabilities: without }, true)).toEqual({ why: 'unsupported', limits: ['Install nftables.'] });
  expect(obstacle(kind('RunAntiVirusScan'), { ...machine, capabilities: without }, true)?.why).toBe('unknown');
});

test('a role reaches the machines of its groups', () => {
  const me: Me = { name: 'Ada', roles: [], may: [{ permission: 'Machine.Isolate', write: true, machineGroups: [3] }] };
  expect(mayAct(me, ['Machine.Isolate'], 3)).toBe(true);
  expect(mayAct(me, ['Machine.Isolate'], 4)).toBe(false);
  expect(mayAct(me, ['Machine.Scan'], 3)).toBe(false);
});

test('a filter of actions is an OData condition whose words cannot break out of it', () => {
  expect(condition({ open: true, type: 'Isolate' })).toBe("(status eq 'Pending' or status eq 'InProgress') and type eq 'Isolate'");
  expect(condition({ requestor: "o'neil" })).toBe("requestor eq 'o''neil'");
});

test('the steps of an action have the times of what happened', () => {
  const at = (event: string, second: number) => ({ event, at: `2026-11-22T05:00:0${second}Z`, actor: null });
  expect(stepTimes([at('action.accepted', 1), at('command.delivered', 2), at('action.started', 3), at('action.failed', 4)])).toEqual([
    '2026-11-22T05:00:01Z',
    '2026-11-22T05:00:02Z',
    '2026-11-22T05:00:03Z',
    '2026-11-22T05:00:04Z',
  ]);
  expect(stepTimes([at('action.accepted', 1)])).toEqual(['2026-11-22T05:00:01Z', undefined, undefined, undefined]);
});
