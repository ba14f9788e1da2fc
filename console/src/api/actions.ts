/** Machine actions: asking for them, and what became of them. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { get, post } from './http';
import type { AspectState, Capability } from './machines';

export type Status = 'Pending' | 'InProgress' | 'Succeeded' | 'Failed' | 'TimeOut' | 'Cancelled';

export const OPEN: readonly Status[] = ['Pending', 'InProgress'];
export const PAST: readonly Status[] = ['Succeeded', 'Failed', 'TimeOut', 'Cancelled'];
export const isOpen = (action: { status: Status }) => OPEN.includes(action.status);

export type ActionType =
  | 'Isolate'
  | 'Unisolate'
  | 'RestrictCodeExecution'
  | 'UnrestrictCodeExecution'
  | 'RunAntiVirusScan'
  | 'CollectInvestigationPackage'
  | 'StopAndQuarantineFile'
  | 'RestoreFile'
  | 'RequestSample'
  | 'Offboard';

export interface MachineAction {
  id: string;
  type: ActionType;
  title: string | null;
  requestor: string;
  requestorComment: string;
  status: Status;
  machineId: string;
  computerDnsName: string | null;
  creationDateTimeUtc: string;
  lastUpdateDateTimeUtc: string;
  cancellationRequestor: string | null;
  cancellationComment: string | null;
  cancellationDateTimeUtc: string | null;
  errorHResult: number;
  scope: string | null;
  externalId: string | null;
  requestSource: string;
  relatedFileInfo: { fileIdentifier: string; fileIdentifierType: string } | null;
  troubleshootInfo: string | null;
}

/** What an action is, for whoever offers it. */
export interface ActionKind {
  type: ActionType;
  /** Below `/api/machines/{id}/`. */
  path: string;
  capability: string;
  /** Delegated permissions, any one of them. */
  permissions: readonly string[];
  danger?: boolean;
  irreversible?: boolean;
}

export const KINDS: readonly ActionKind[] = [
  { type: 'Isolate', path: 'isolate', capability: 'NetworkIsolation', permissions: ['Machine.Isolate'], danger: true },
  { type: 'Unisolate', path: 'unisolate', capability: 'NetworkIsolation', permissions: ['Machine.Isolate'] },
  { type: 'RestrictCodeExecution', path: 'restrictCodeExecution', capability: 'ExecutionControl', permissions: ['Machine.RestrictExecution'], danger: true },
  { type: 'UnrestrictCodeExecution', path: 'unrestrictCodeExecution', capability: 'ExecutionControl', permissions: ['Machine.RestrictExecution'] },
  { type: 'RunAntiVirusScan', path: 'runAntiVirusScan', capability: 'AntivirusScan', permissions: ['Machine.Scan'] },
  { type: 'CollectInvestigationPackage', path: 'collectInvestigationPackage', capability: 'InvestigationPackage', permissions: ['Machine.CollectForensics'] },
  { type: 'StopAndQuarantineFile', path: 'StopAndQuarantineFile', capability: 'FileQuarantine', permissions: ['Machine.StopAndQuarantine'], danger: true },
  { type: 'RequestSample', path: 'requestSample', capability: 'SampleCollection', permissions: ['Machine.StopAndQuarantine', 'Machine.CollectForensics'] },
  { type: 'Offboard', path: 'offboard', capability: 'Offboarding', permissions: ['Machine.Offboard'], danger: true, irreversible: true },
];

export const kindOf = (type: ActionType) => KINDS.find((kind) => kind.type === type);

export interface ActionOptions {
  Comment: string;
  IsolationType?: string;
  ScanType?: string;
  Sha1?: string;
  FilePath?: string;
}

/** One key for one intent: sent again after a lost answer, it makes no second action. */
export function request(kind: ActionKind, machineId: string, options: ActionOptions, key: string) {
  return post<MachineAction>(`/api/machines/${encodeURIComponent(machineId)}/${kind.path}`, options, { 'Idempotency-Key': key });
}

export const cancel = (id: string, comment: string) =>
  post<MachineAction>(`/api/machineactions/${encodeURIComponent(id)}/cancel`, { Comment: comment });

interface ActionPage {
  value: MachineAction[];
  '@odata.count'?: number;
}

export interface ActionFilter {
  open?: boolean;
  status?: Status | '';
  type?: ActionType | '';
  machineId?: string;
  requestor?: string;
}

const quoted = (word: string) => `'${word.replaceAll("'", "''")}'`;

export function condition(filter: ActionFilter): string {
  const statuses = filter.status ? [filter.status] : filter.open === undefined ? [] : filter.open ? OPEN : PAST;
  return [
    statuses.length ? `(${statuses.map((status) => `status eq ${quoted(status)}`).join(' or ')})` : '',
    filter.type ? `type eq ${quoted(filter.type)}` : '',
    filter.machineId ? `machineId eq ${quoted(filter.machineId)}` : '',
    filter.requestor ? `requestor eq ${quoted(filter.requestor)}` : '',
  ]
    .filter(Boolean)
    .join(' and ');
}

const PAGE = 50;

export function actionPage(filter: ActionFilter, skip: number, top: number, signal?: AbortSignal) {
  return get<ActionPage>(
    '/api/machineactions',
    { $filter: condition(filter), $orderby: 'creationDateTimeUtc desc', $top: top, $skip: skip || undefined, $count: skip === 0 || undefined },
    signal,
  );
}

export function useActions(filter: ActionFilter) {
  return useInfiniteQuery({
    queryKey: ['actions', 'list', filter],
    queryFn: ({ pageParam, signal }) => actionPage(filter, pageParam, PAGE, signal),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => (last.value.length < PAGE ? undefined : pages.length * PAGE),
  });
}

export function useAction(id: string) {
  return useQuery({
    queryKey: ['actions', 'one', id],
    queryFn: ({ signal }) => get<MachineAction>(`/api/machineactions/${encodeURIComponent(id)}`, {}, signal),
  });
}

/** What a machine looked at and found before it claimed its result. */
export interface ActionOutcome {
  message: string;
  checks: { name: string; passed: boolean; detail: string }[];
  files: { path: string; status: string; message: string }[];
  scan: { engine: string; signatures: string; files: number; skipped: number; detected: number; detections: { path: string; signature: string }[] } | null;
}

/** Beside the action itself: the options that ask for the same again, how far the machine is, what it found. */
export interface ActionDetail {
  request: ActionOptions | null;
  progress: { percent: number; doing: string } | null;
  outcome: ActionOutcome | null;
}

const PROGRESS_MS = 2_000;

/** Loaded when somebody wants to see it; how far a machine is comes with no event, so an action under way is asked about. */
export function useDetail(action: { id: string; status: Status }, enabled: boolean) {
  return useQuery({
    queryKey: ['actions', 'detail', action.id],
    queryFn: ({ signal }) => get<ActionDetail>(`/cordon/v1/machineactions/${encodeURIComponent(action.id)}`, {}, signal),
    enabled,
    refetchInterval: action.status === 'InProgress' ? PROGRESS_MS : false,
  });
}

export async function allActions(filter: ActionFilter): Promise<MachineAction[]> {
  const found: MachineAction[] = [];
  for (;;) {
    const { value } = await actionPage(filter, found.length, 1_000);
    found.push(...value);
    if (value.length < 1_000) return found;
  }
}

/** A link that works for a short while, for the package of a collection. */
export const packageLink = (id: string) =>
  get<{ value: string }>(`/api/machineactions/${encodeURIComponent(id)}/getPackageUri`).then(({ value }) => value);

/** Why a machine cannot do this now; null if it can. */
export type Obstacle = { why: 'permission' | 'offboarded' | 'unknown' | 'unsupported' | 'already' | 'notInForce'; limits: string[] };

export function obstacle(
  kind: ActionKind,
  machine: { onboardingStatus: string; capabilities: Capability[]; isolation: AspectState; execution: AspectState },
  allowed: boolean,
  open: readonly ActionType[] = [],
): Obstacle | null {
  const stands = (why: Obstacle['why'], limits: string[] = []) => ({ why, limits });
  if (!allowed) return stands('permission');
  if (machine.onboardingStatus !== 'Onboarded') return stands('offboarded');
  const capability = machine.capabilities.find(({ name }) => name === kind.capability);
  if (machine.capabilities.length && !capability) return stands('unknown');
  if (capability?.support === 'Unsupported') return stands('unsupported', capability.limits);
  if (open.includes(kind.type)) return stands('already');
  const { isolation, execution } = machine;
  if (kind.type === 'Unisolate' && isolation.desired === 'None' && (isolation.observed ?? 'None') === 'None') return stands('notInForce');
  if (kind.type === 'UnrestrictCodeExecution' && execution.desired === 'None' && (execution.observed ?? 'None') === 'None')
    return stands('notInForce');
  return null;
}
