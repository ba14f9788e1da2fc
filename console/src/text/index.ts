/** All texts in one catalogue: every entry holds English and Korean, so that the compiler finds one that lacks either. */
import { useSyncExternalStore } from 'react';
import { access } from './access';
import { actions } from './actions';
import { audit } from './audit';
import { common } from './common';
import { credentials } from './credentials';
import { files } from './files';
import { home } from './home';
import { issuers } from './issuers';
import { machines } from './machines';
import { palette } from './palette';

export type Text = readonly [en: string, ko: string];
export type Texts = Record<string, Text>;

export const catalogue = { common, home, machines, actions, files, access, credentials, issuers, audit, palette } as const;

type Catalogue = typeof catalogue;
export type Key = { [Section in keyof Catalogue]: `${Section}.${keyof Catalogue[Section] & string}` }[keyof Catalogue];

export const LANGUAGES = ['en', 'ko'] as const;
export type Language = (typeof LANGUAGES)[number];
export type Values = Record<string, string | number>;

const KEPT = 'cordon.language';
const listeners = new Set<() => void>();
let language: Language = initial();

function initial(): Language {
  const wanted = [localStorage.getItem(KEPT), ...navigator.languages].map((name) => name?.slice(0, 2));
  return LANGUAGES.find((known) => known === wanted.find((name) => name === 'en' || name === 'ko')) ?? 'en';
}

document.documentElement.lang = language;

export function setLanguage(next: Language) {
  language = next;
  localStorage.setItem(KEPT, next);
  document.documentElement.lang = next;
  listeners.forEach((listener) => listener());
}

export function currentLanguage(): Language {
  return language;
}

/**
 * The text of a key. `{name}` stands for a value; `{count|machine|machines}` picks by number. Numbers are written as the
 * language does.
 */
export function text(key: Key, values: Values = {}): string {
  const dot = key.indexOf('.');
  const section = catalogue[key.slice(0, dot) as keyof Catalogue] as Texts;
  const entry = section[key.slice(dot + 1)];
  return entry ? filled(entry[language === 'ko' ? 1 : 0], values) : key;
}

export function filled(pattern: string, values: Values): string {
  return pattern.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (whole, name: string, one?: string, many?: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    if (one !== undefined && many !== undefined) return Number(value) === 1 ? one : many;
    return typeof value === 'number' ? number(value) : value;
  });
}

const formats = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>();

function format<T extends Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>(name: string, make: () => T): T {
  const key = `${language} ${name}`;
  const known = (formats.get(key) as T | undefined) ?? make();
  formats.set(key, known);
  return known;
}

export function number(value: number): string {
  return format('number', () => new Intl.NumberFormat(language)).format(value);
}

/** Date and time to the second, in the browser's zone. */
export function dateTime(iso: string | number | Date): string {
  return format('time', () => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' })).format(
    new Date(iso),
  );
}

/** The time of day to the second. */
export function clock(iso: string | number | Date): string {
  return format('clock', () => new Intl.DateTimeFormat(language, { timeStyle: 'medium' })).format(new Date(iso));
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

/** Such as "3 minutes ago". */
export function ago(iso: string | number | Date, now = Date.now()): string {
  const seconds = Math.round((new Date(iso).getTime() - now) / 1000);
  const [unit, size] = STEPS.find(([, step]) => Math.abs(seconds) >= step) ?? ['second', 1];
  return format('ago', () => new Intl.RelativeTimeFormat(language, { numeric: 'auto' })).format(
    Math.trunc(seconds / size),
    unit,
  );
}

/** The texts of the language in use; components that call it are drawn again when it changes. */
export function useText() {
  const now = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => language,
  );
  return { t: text, language: now, number, dateTime, clock, ago };
}
