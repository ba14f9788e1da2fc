import type { Texts } from './index';

export const audit = {
  title: ['Audit', '감사'],
} as const satisfies Texts;
