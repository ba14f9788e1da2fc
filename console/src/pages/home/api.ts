import { useQuery } from '@tanstack/react-query';
import { get } from '../../api/http';

export type Reason = 'OfflineIsolated' | 'OfflineRestricted' | 'Drifted' | 'FailedAction' | 'CertificateExpired';
export type Health = 'Active' | 'ImpairedCommunication' | 'Inactive';

export interface Day {
  day: string;
  isolations: number;
  medianSeconds: number | null;
  p95Seconds: number | null;
}

export interface Overview {
  at: string;
  machines: {
    total: number;
    onboarded: number;
    connected: number;
    isolated: number;
    restricted: number;
    drifted: number;
    byHealth: Partial<Record<Health, number>>;
  };
  openActions: { total: number; oldest: string | null; byType: { type: string; pending: number; inProgress: number }[] };
  attention: {
    reason: Reason;
    count: number;
    machines: { machineId: string; computerDnsName: string | null; since: string; actionId?: string; actionType?: string; actionStatus?: string }[];
  }[];
  containment: Day[];
}

export function useOverview() {
  return useQuery({
    queryKey: ['overview'],
    queryFn: ({ signal }) => get<Overview>('/cordon/v1/overview', {}, signal),
    refetchInterval: 60_000,
  });
}
