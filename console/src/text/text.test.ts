// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { type Texts, catalogue, filled } from '.';

const placeholders = (text: string) => new Set([...text.matchAll(/\{(\w+)/g)].map((match) => match[1]));

test('every text says something in both languages, with the same values', () => {
  for (const [section, texts] of Object.entries(catalogue as Record<string, Texts>)) {
    for (const [key, [en, ko]] of Object.entries(texts)) {
      expect(en.trim(), `${section}.${key} in English`).not.toBe('');
      expect(ko.trim(), `${section}.${key} in Korean`).not.toBe('');
      const english = placeholders(en);
      for (const name of placeholders(ko)) expect(english, `${section}.${key}: {${name}}`).toContain(name);
    }
  }
});

test('values are filled in, and words follow the number', () => {
  const pattern = '{count} {count|machine|machines} in {group}';
  expect(filled(pattern, { count: 1, group: 'Lab' })).toBe('1 machine in Lab');
  expect(filled(pattern, { count: 1200, group: 'Lab' })).toBe('1,200 machines in Lab');
});
