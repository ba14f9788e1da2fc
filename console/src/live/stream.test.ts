import { expect, test } from 'vitest';
import { type StreamEvent, eventReader } from './stream';

function read(...chunks: string[]): StreamEvent[] {
  const events: StreamEvent[] = [];
  const take = eventReader((event) => events.push(event));
  chunks.forEach(take);
  return events;
}

test('events are read wherever the chunks end', () => {
  const whole = ': hello\nid: 7\nevent: action\ndata: {"a":1}\n\nid: 8\ndata: one\ndata: two\n\n';
  const expected = [
    { id: '7', name: 'action', data: '{"a":1}' },
    { id: '8', name: 'message', data: 'one\ntwo' },
  ];
  expect(read(whole)).toEqual(expected);
  expect(read(...whole)).toEqual(expected);
  expect(read(...whole.replaceAll('\n', '\r\n'))).toEqual(expected);
});

test('an event without its empty line has not arrived yet', () => {
  expect(read('data: half')).toEqual([]);
});
