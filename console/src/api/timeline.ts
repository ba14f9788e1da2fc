/** What happened to an action, step by step. */
import { useQuery } from '@tanstack/react-query';
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
