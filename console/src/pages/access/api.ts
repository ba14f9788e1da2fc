import { useQuery, useQueryClient } from '@tanstack/react-query';
import { get } from '../../api/http';

export interface Application {
  id: string;
  displayName: string;
  permissions: string[];
  enabled: boolean;
  createdAt: string;
}

export interface Secret {
  id: string;
  hint: string;
  expiresAt: string;
}

export interface User {
  id: string;
  userPrincipalName: string;
  displayName: string;
  roles: string[];
  enabled: boolean;
  secondFactorRequired: boolean;
  secondFactorEnrolled: boolean;
  passwordSet: boolean;
}

export interface Invited extends User {
  invitation: { url: string; expiresAt: string };
}

export interface Role {
  id: string;
  displayName: string;
  permissions: string[];
  allMachines: boolean;
  machineGroups: number[];
}

export interface Condition {
  property: 'tag' | 'name' | 'osPlatform';
  operator: 'equals' | 'startsWith' | 'endsWith' | 'contains';
  value: string;
}

export interface Group {
  id: number;
  name: string;
  rank: number;
  conditions: Condition[];
  machineIds: string[];
}

export interface EnrollmentToken {
  id: string;
  description: string;
  state: 'Active' | 'Expired' | 'UsedUp' | 'Revoked';
  maxUses: number;
  uses: number;
  expiresAt: string;
}

export interface Grant {
  value: string;
  permissions: string[];
}

export interface Issuer {
  id: string;
  issuer: string;
  audience: string;
  rolesClaim: string;
  roles: Grant[];
  scopes: Grant[];
}

function useList<Row>(path: string) {
  return useQuery({ queryKey: ['access', path], queryFn: ({ signal }) => get<{ value: Row[] }>(`/cordon/v1/${path}`, {}, signal) });
}

export const useApplications = () => useList<Application>('applications');
export const useSecrets = (application: string) => useList<Secret>(`applications/${application}/secrets`);
export const useUsers = () => useList<User>('users');
export const useRoles = () => useList<Role>('roles');
export const useGroups = () => useList<Group>('machine-groups');
export const useTokens = () => useList<EnrollmentToken>('enrollment-tokens');
export const useIssuers = () => useList<Issuer>('outside-issuers');

/** Looks at everything of this page anew; what is open waits for it. */
export function useRefresh() {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: ['access'] });
}

/** What an application may be given, as the Defender API and Cordon name it. */
export const PERMISSIONS = [
  'Machine.Read.All',
  'Machine.ReadWrite.All',
  'Machine.Isolate',
  'Machine.RestrictExecution',
  'Machine.Scan',
  'Machine.StopAndQuarantine',
  'Machine.CollectForensics',
  'Machine.Offboard',
  'Ti.ReadWrite',
  'Ti.ReadWrite.All',
  'Alert.Read.All',
  'Alert.ReadWrite.All',
  'Cordon.Administer',
] as const;

export const ROLE_PERMISSIONS = [
  'ViewData',
  'ActiveRemediationActions',
  'AlertsInvestigation',
  'ManageSecuritySettings',
  'ManagePortalSettings',
  'LiveResponseBasic',
  'LiveResponseAdvanced',
  'SecurityBaselines',
] as const;
