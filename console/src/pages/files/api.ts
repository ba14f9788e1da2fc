import { useQuery } from '@tanstack/react-query';
import { get } from '../../api/http';

export interface BlockedFile {
  hash: string;
  stopRunning: boolean;
  requestor: string;
  comment: string;
  blockedAt: string;
}

export interface Enforcement {
  machineId: string;
  computerDnsName: string | null;
  connected: boolean;
  support: 'Enforced' | 'Partial' | 'Unsupported' | 'Unknown';
  enforcesCurrent: boolean;
}

export interface HeldFile {
  machineId: string;
  computerDnsName: string | null;
  actionId: string;
  path: string;
  vaultId: string;
  size: number;
  quarantinedAt: string;
  sha256: string | null;
}

export type Status = 'Pending' | 'InProgress' | 'Succeeded' | 'Failed' | 'TimeOut' | 'Cancelled';

export interface SampleAction {
  id: string;
  status: Status;
  machineId: string;
  computerDnsName: string | null;
  requestor: string;
  requestorComment: string;
  creationDateTimeUtc: string;
  relatedFileInfo: { fileIdentifier: string } | null;
}

export interface SampleLinks {
  password: string;
  value: { name: string; size: number; sha256: string; url: string; expiresAt: string }[];
}

export interface Restored {
  actions: { id: string }[];
  refused: { machineId: string; computerDnsName: string | null; message: string }[];
}

export const useBlocked = () =>
  useQuery({ queryKey: ['files', 'blocks'], queryFn: ({ signal }) => get<{ version: number; files: BlockedFile[] }>('/cordon/v1/files/blocks', {}, signal) });

export const useEnforcement = () =>
  useQuery({ queryKey: ['files', 'enforcement'], queryFn: ({ signal }) => get<{ version: number; value: Enforcement[] }>('/cordon/v1/files/blocks/machines', {}, signal) });

export const useQuarantine = () =>
  useQuery({ queryKey: ['files', 'quarantine'], queryFn: ({ signal }) => get<{ value: HeldFile[] }>('/cordon/v1/quarantine', {}, signal) });

export const useSamples = () =>
  useQuery({
    queryKey: ['actions', 'samples'],
    queryFn: ({ signal }) =>
      get<{ value: SampleAction[] }>(
        '/api/machineactions',
        { $filter: "type eq 'RequestSample'", $orderby: 'creationDateTimeUtc desc', $top: 200 },
        signal,
      ),
  });

/** Bytes in the unit that reads best. */
export function bytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, count)) / 10));
  const value = count / 1024 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}
