import type { Texts } from './index';

export const palette = {
  title: ['Command palette', '명령 팔레트'],
} as const satisfies Texts;
