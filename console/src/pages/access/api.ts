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

export interface Certificate {
  id: string;
  subject: string;
  thumbprint: string;
  startsAt: string;
  expiresAt: string;
  singleUseAssertions: boolean;
}

/** An issuer that is believed, and where it is found. */
export interface Trusted {
  issuer: string;
  jwksUri: string | null;
  authority: string | null;
}

export interface Federated extends Trusted {
  id: string;
  name: string;
  subject: string;
  audience: string;
}

export interface ApplicationSignIn {
  publicClient: boolean;
  passwordGrant: boolean;
  idTokens: boolean;
  exposesApi: boolean;
  redirectUris: string[];
  spaRedirectUris: string[];
  frontChannelLogoutUri: string | null;
  delegatedPermissions: string[];
  consentedForEverybody: string[];
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

export interface TokenIssuer extends Trusted {
  id: string;
  audience: string;
  rolesClaim: string;
  scopesClaim: string | null;
  roles: Grant[];
  scopes: Grant[];
  portalRoles: Grant[];
}

export interface SignInIssuer extends Trusted {
  id: string;
  displayName: string;
  enabled: boolean;
  tokenEndpoint: string | null;
  clientId: string;
  clientSecretSet: boolean;
  scopes: string[];
  secondFactorAmr: string[];
  secondFactorAcr: string[];
  linkClaim: string | null;
  createUsers: boolean;
  nameClaim: string;
  rolesClaim: string;
  roles: { value: string; roles: string[] }[];
  defaultRoles: string[];
  redirectUri: string;
  logoutUri: string;
}

export interface LinkedUser {
  userId: string;
  userPrincipalName: string;
  subject: string;
  managed: boolean;
}

/** Of the settings, what this page shows; they are sent back as they came. */
export interface Settings {
  signIn: { requireSecondFactor: boolean };
}

function useOne<One>(path: string) {
  return useQuery({ queryKey: ['access', path], queryFn: ({ signal }) => get<One>(`/cordon/v1/${path}`, {}, signal) });
}

const useList = <Row>(path: string) => useOne<{ value: Row[] }>(path);

export const pathOf = (application: Application) => `/cordon/v1/applications/${application.id}`;

export const useApplications = () => useList<Application>('applications');
export const useSecrets = (application: string) => useList<Secret>(`applications/${application}/secrets`);
export const useCertificates = (application: string) => useList<Certificate>(`applications/${application}/certificates`);
export const useFederated = (application: string) => useList<Federated>(`applications/${application}/federated-credentials`);
export const useApplicationSignIn = (application: string) => useOne<ApplicationSignIn>(`applications/${application}/sign-in`);
export const useUsers = () => useList<User>('users');
export const useRoles = () => useList<Role>('roles');
export const useGroups = () => useList<Group>('machine-groups');
export const useTokens = () => useList<EnrollmentToken>('enrollment-tokens');
export const useTokenIssuers = () => useList<TokenIssuer>('outside-issuers');
export const useSignInIssuers = () => useList<SignInIssuer>('sign-in-issuers');
export const useLinkedUsers = (issuer: string) => useList<LinkedUser>(`sign-in-issuers/${issuer}/users`);
export const useSettings = () => useOne<Settings>('settings');

/** What somebody typed as words, with blanks or commas between. */
export const words = (text: string) => text.split(/[\s,]+/).filter(Boolean);

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
