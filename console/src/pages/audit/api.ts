import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { get, refusal, send } from '../../api/http';
import { type AuditSearch, queryOf } from './search';

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
  nextBefore?: number;
}

const PAGE = 200;

export const verify = () => get<Verification>('/cordon/v1/audit/verification');

/** Pages of the entries that meet a search, newest first; the server searches the whole log. */
export function useAudit(search: AuditSearch) {
  return useInfiniteQuery({
    queryKey: ['audit', 'entries', search],
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam, signal }) => get<Page>('/cordon/v1/audit', { ...queryOf(search), order: 'newest', before: pageParam, top: PAGE }, signal),
    getNextPageParam: (read) => read.nextBefore,
    placeholderData: keepPreviousData,
  });
}

/** All that meets a search, oldest first, as a file that the server writes. */
export async function exported(search: AuditSearch, format: 'csv' | 'jsonl'): Promise<Blob> {
  const answer = await send('GET', '/cordon/v1/audit/export', { query: { ...queryOf(search), format }, headers: { Accept: '*/*' } });
  if (!answer.ok) throw await refusal(answer);
  return answer.blob();
}
