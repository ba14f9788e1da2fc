import type { Texts } from './index';

export const access = {
  title: ['Access', '접근 권한'],
} as const satisfies Texts;
