import type { Texts } from './index';

export const files = {
  title: ['Files', '파일'],
} as const satisfies Texts;
