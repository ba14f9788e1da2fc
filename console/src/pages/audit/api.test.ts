import { expect, test } from 'vitest';
import { type Entry, csv } from './api';

const entry = (actor: string): Entry => ({ number: 1, at: '2026-01-01T00:00:00Z', actor, event: 'user.created', subject: 'user:1', detail: { name: 'a "b"' }, hash: '00' });

test('a cell never ends early and is never a formula', () => {
  expect(csv([entry('=1+1,\n"x"')])).toBe(
    'number,at,actor,event,subject,detail,hash\r\n1,2026-01-01T00:00:00Z,"\'=1+1,\n""x""",user.created,user:1,"{""name"":""a \\""b\\""""}",00\r\n',
  );
});
