import { expect, test } from 'vitest';
import { holdsKey, pemOf } from './pem';

test('a file with PEM is taken as it is, one with DER becomes PEM', () => {
  const text = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  expect(pemOf(new TextEncoder().encode(text))).toBe(text);
  const der = Uint8Array.from({ length: 96 }, (_, at) => (at === 0 ? 0x30 : at));
  const lines = pemOf(der).split('\n');
  expect(lines.slice(1, 3).map((line) => line.length)).toEqual([64, 64]);
  expect(lines).toHaveLength(5);
  expect(atob(lines.slice(1, 3).join('')).charCodeAt(95)).toBe(95);
});

test('a private key is seen', () => {
  expect(holdsKey('-----BEGIN RSA PRIVATE KEY-----')).toBe(true);
  expect(holdsKey('-----BEGIN CERTIFICATE-----')).toBe(false);
});
