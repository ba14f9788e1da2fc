import { useInfiniteQuery } from '@tanstack/react-query';
import { get } from '../../api/http';

export interface Entry {
  number: number;
  at: string;
  actor: string;
  event: string;
  subject: string;
  detail: Record<string, unknown>;
  hash: string;
}

export type Verification = { intact: true; entries: number; headHash: string } | { intact: false; firstBroken: number };

interface Page {
  value: Entry[];
  nextAfter?: number;
}

const PAGE = 500;
const EXPORT_PAGE = 1000;

const page = (after: number, top: number, signal?: AbortSignal) => get<Page>('/cordon/v1/audit', { after, top }, signal);

export const verify = () => get<Verification>('/cordon/v1/audit/verification');

/** The log is read from its end: entries are numbered from 1 without gaps, and the check of the chain counts them. */
async function newest(signal: AbortSignal): Promise<number> {
  const found = await get<Verification>('/cordon/v1/audit/verification', {}, signal);
  if (found.intact) return found.entries;
  // a broken chain is not counted: go through it to its end
  let last = Math.max(0, found.firstBroken - 1);
  for (let next: number | undefined = last; next !== undefined; ) {
    const read: Page = await page(next, EXPORT_PAGE, signal);
    last = read.value.at(-1)?.number ?? last;
    next = read.nextAfter;
  }
  return last;
}

/** Pages of entries, each newest first; the next page holds older ones. */
export function useAudit() {
  return useInfiniteQuery({
    queryKey: ['audit', 'entries'],
    initialPageParam: null as number | null,
    queryFn: async ({ pageParam, signal }) => {
      const last = pageParam ?? (await newest(signal));
      const after = Math.max(0, last - PAGE);
      const { value } = await page(after, PAGE, signal);
      const entries = value.filter((entry) => pageParam === null || entry.number <= last).reverse();
      return { entries, after };
    },
    getNextPageParam: (read) => (read.after > 0 ? read.after : undefined),
  });
}

/** The whole log from its beginning, oldest first. */
export async function whole(onCount: (count: number) => void): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let next: number | undefined = 0; next !== undefined; ) {
    const read: Page = await page(next, EXPORT_PAGE);
    entries.push(...read.value);
    onCount(entries.length);
    next = read.nextAfter;
  }
  return entries;
}

const COLUMNS = ['number', 'at', 'actor', 'event', 'subject', 'detail', 'hash'] as const;

/** RFC 4180; what a spreadsheet would take for a formula gets an apostrophe. */
export function csv(entries: readonly Entry[]): string {
  const cell = (value: unknown) => {
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
    const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n']/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
  };
  return [COLUMNS.join(','), ...entries.map((entry) => COLUMNS.map((column) => cell(entry[column])).join(','))].join('\r\n') + '\r\n';
}

export const lines = (entries: readonly Entry[]) => entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
