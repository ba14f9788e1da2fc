import type { Texts } from './index';

export const actions = {
  title: ['Action centre', '작업 센터'],
} as const satisfies Texts;
