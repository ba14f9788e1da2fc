import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ErrorState, SkeletonRows } from './states';

/** What a query brought, or its loading and error states; `rows` lines stand for what is on its way. */
export function Loaded<Data>({ query, rows, children }: { query: UseQueryResult<Data>; rows?: number; children: (data: Data) => ReactNode }) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return <SkeletonRows rows={rows} />;
}
