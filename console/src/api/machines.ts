/** Machines as `/cordon/v1/machines` shows them. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { get } from './http';

export interface AspectState {
  desired: string;
  desiredAt: string | null;
  observed: string | null;
  observedAt: string | null;
  drift: boolean;
}

export interface Capability {
  name: string;
  support: 'Enforced' | 'Partial' | 'Unsupported';
  /** What is missing, in plain sentences; only of one machine. */
  limits?: string[];
}

export interface MachineRow {
  id: string;
  computerDnsName: string | null;
  osPlatform: string;
  version: string;
  firstSeen: string;
  lastSeen: string;
  lastIpAddress: string | null;
  agentVersion: string;
  healthStatus: 'Active' | 'ImpairedCommunication' | 'Inactive';
  onboardingStatus: string;
  deviceValue: string;
  rbacGroupId: number;
  rbacGroupName: string | null;
  machineTags: string[];
  connected: boolean;
  openActions: number;
  isolation: AspectState;
  execution: AspectState;
  drift: boolean;
  capabilities: Capability[];
}

export interface Machine extends MachineRow {
  osVersion: string | null;
  osBuild: number | null;
  osProcessor: string;
  osArchitecture: string;
  lastExternalIpAddress: string | null;
  ipAddresses: { ipAddress: string; macAddress: string | null; type: string; operationalStatus: string }[];
}

export interface MachinePage {
  total: number;
  value: MachineRow[];
}

/** What a table asks for; empty words ask for nothing. */
export interface MachineFilter {
  search?: string;
  state?: string;
  healthStatus?: string;
  osPlatform?: string;
  rbacGroupId?: string;
  tag?: string;
  orderBy?: string;
}

export const PAGE = 100;

const path = (id: string) => `/cordon/v1/machines/${encodeURIComponent(id)}`;

export function machinePage(filter: MachineFilter, page: number) {
  return {
    queryKey: ['machines', 'page', filter, page] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      get<MachinePage>('/cordon/v1/machines', { ...filter, skip: page * PAGE, top: PAGE }, signal),
    placeholderData: keepPreviousData,
  };
}

export function useMachine(id: string, enabled = true) {
  return useQuery({ enabled, queryKey: ['machines', 'one', id], queryFn: ({ signal }) => get<Machine>(path(id), {}, signal) });
}

const MOST_AT_ONCE = 1_000;

/** Every machine that meets a filter, for acting on all of them. */
export async function allMachines(filter: MachineFilter): Promise<MachineRow[]> {
  const found: MachineRow[] = [];
  for (;;) {
    const page = await get<MachinePage>('/cordon/v1/machines', { ...filter, skip: found.length, top: MOST_AT_ONCE });
    found.push(...page.value);
    if (!page.value.length || found.length >= page.total) return found;
  }
}

/** The name that people know a machine by. */
export const nameOf = (machine: { computerDnsName: string | null; id?: string; machineId?: string }) =>
  machine.computerDnsName ?? machine.id ?? machine.machineId ?? '';
