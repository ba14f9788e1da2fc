/** What happened to an action, and on a machine, step by step. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { get } from './http';

export interface TimelineEntry {
  at: string;
  event: string;
  actor: string | null;
}

const STEPS = [['action.accepted'], ['command.delivered'], ['action.started'], ['action.succeeded', 'action.failed']];

/** When an action was accepted, delivered, begun, and verified or failed. */
export const stepTimes = (entries: readonly TimelineEntry[]) => STEPS.map((events) => entries.find(({ event }) => events.includes(event))?.at);

export function useTimeline(id: string, enabled: boolean) {
  return useQuery({
    queryKey: ['actions', 'timeline', id],
    queryFn: ({ signal }) => get<{ value: TimelineEntry[] }>(`/cordon/v1/machineactions/${encodeURIComponent(id)}/timeline`, {}, signal),
    enabled,
  });
}

/** An entry of the audit log that is about a machine. */
export interface Happening extends TimelineEntry {
  number: number;
  subject: string;
  detail: Record<string, unknown>;
}

const PAGE = 100;

export function useHappenings(machineId: string) {
  return useInfiniteQuery({
    queryKey: ['machines', 'timeline', machineId],
    queryFn: ({ pageParam, signal }) =>
      get<{ value: Happening[]; nextBefore?: number }>(`/cordon/v1/machines/${encodeURIComponent(machineId)}/timeline`, { top: PAGE, before: pageParam || undefined }, signal),
    initialPageParam: 0,
    getNextPageParam: (last) => last.nextBefore,
  });
}
