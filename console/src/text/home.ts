import type { Texts } from './index';

export const home = {
  title: ['Home', '홈'],
} as const satisfies Texts;
