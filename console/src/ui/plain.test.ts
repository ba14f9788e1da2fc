import { expect, test } from 'vitest';
import { plain } from './plain';

test('what hides or turns text shows as a replacement character', () => {
  expect(plain('web\u202Efdp.exe')).toBe('web\ufffdfdp.exe');
  expect(plain('a\u001b[31mb\u200bc')).toBe('a\ufffd[31mb\ufffdc');
  expect(plain('<b>한국어 é</b>')).toBe('<b>한국어 é</b>');
  expect(plain(null)).toBe('');
});
