import type { Texts } from './index';

export const machines = {
  title: ['Machines', '장치'],
} as const satisfies Texts;
