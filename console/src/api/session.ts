/**
 * Who is signed in: authorization code with PKCE against this server's own token service. Tokens live in this module's
 * memory and nowhere else; after a reload the browser's session at the token service gives new ones without a word.
 */
import { useSyncExternalStore } from 'react';
import { ApiError, refusal, useTokensOf } from './http';
import { challenge, randomWord } from './pkce';

const RESOURCE = 'https://api.securitycenter.microsoft.com';
const SCOPE = `openid profile offline_access ${RESOURCE}/.default`;
const TENANT = 'cordon.tenant';
const STARTED = 'cordon.sign-in';
const RENEW_BEFORE_END_MS = 5 * 60_000;
const REDIRECT = () => `${location.origin}/console/`;

export interface Person {
  tenantId: string;
  tenantName: string;
  name: string;
  userName: string;
  /** Delegated permissions of the token. */
  permissions: ReadonlySet<string>;
}

export type Session =
  | { state: 'starting' }
  | { state: 'signedOut'; tenantNeeded: boolean; problem?: string }
  | { state: 'signedIn'; person: Person }
  /** It was signed in, and what is on the screen stays there behind the question to sign in again. */
  | { state: 'ended'; person: Person };

interface Provider {
  tenantNeeded: boolean;
  tenantId: string;
  tenantName: string;
  clientId: string;
}

interface Tokens {
  access: string;
  refresh: string | null;
  id: string | null;
  endsAt: number;
}

interface Started {
  state: string;
  verifier: string;
  tenantId: string;
  back: string;
}

let session: Session = { state: 'starting' };
let provider: Provider | null = null;
let tokens: Tokens | null = null;
let renewing: Promise<string | null> | null = null;
const listeners = new Set<() => void>();

function become(next: Session) {
  session = next;
  listeners.forEach((listener) => listener());
}

export function useSession(): Session {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => session,
  );
}

/** The signed-in user; only below the sign-in gate. */
export function usePerson(): Person {
  const now = useSession();
  if (now.state !== 'signedIn' && now.state !== 'ended') throw new Error('nobody is signed in');
  return now.person;
}

/** Takes the answer of a sign-in that is in the address bar, or tries silently. */
export async function start(): Promise<void> {
  useTokensOf({ token: currentToken, renewed: renew });
  const answer = new URLSearchParams(location.search);
  try {
    if (answer.has('state') && (answer.has('code') || answer.has('error'))) {
      await finish(answer);
      return;
    }
    provider = await discover(remembered());
    if (provider.tenantNeeded) {
      become({ state: 'signedOut', tenantNeeded: true });
      return;
    }
    become((await silently()) ?? { state: 'signedOut', tenantNeeded: false });
  } catch (problem) {
    become({ state: 'signedOut', tenantNeeded: remembered() !== '', problem: said(problem) });
  }
}

/** Leads the browser to the sign-in pages; it comes back to {@link start}. */
export async function signIn(tenant?: string): Promise<void> {
  try {
    provider = await discover(tenant ?? remembered());
    if (provider.tenantNeeded) {
      become({ state: 'signedOut', tenantNeeded: true });
      return;
    }
    if (tenant !== undefined) localStorage.setItem(TENANT, tenant);
    location.assign(await authorizeUrl(provider, {}));
  } catch (problem) {
    become({ state: 'signedOut', tenantNeeded: true, problem: said(problem) });
  }
}

/** Ends the session at the token service, so that no application stays signed in from this browser. */
export function signOut() {
  if (!provider) return;
  const query = new URLSearchParams({ post_logout_redirect_uri: REDIRECT(), client_id: provider.clientId });
  if (tokens?.id) query.set('id_token_hint', tokens.id);
  tokens = null;
  location.assign(`/${provider.tenantId}/oauth2/v2.0/logout?${query}`);
}

export function forgetTenant() {
  localStorage.removeItem(TENANT);
  become({ state: 'signedOut', tenantNeeded: true });
}

export const remembered = () => localStorage.getItem(TENANT) ?? '';

async function discover(tenant: string): Promise<Provider> {
  const answer = await fetch(`/signin/console${tenant ? `?tenant=${encodeURIComponent(tenant)}` : ''}`);
  if (!answer.ok) throw await refusal(answer);
  return (await answer.json()) as Provider;
}

async function authorizeUrl(at: Provider, more: Record<string, string>): Promise<string> {
  const started: Started = {
    state: randomWord(16),
    verifier: randomWord(),
    tenantId: at.tenantId,
    back: location.pathname + location.search + location.hash,
  };
  sessionStorage.setItem(STARTED, JSON.stringify(started));
  const query = new URLSearchParams({
    client_id: at.clientId,
    response_type: 'code',
    redirect_uri: REDIRECT(),
    scope: SCOPE,
    state: started.state,
    code_challenge: await challenge(started.verifier),
    code_challenge_method: 'S256',
    ...more,
  });
  return `/${at.tenantId}/oauth2/v2.0/authorize?${query}`;
}

/** Follows the redirects itself: the address that they end at holds the answer, and no page is left or framed. */
async function silently(): Promise<Session | null> {
  if (!provider) return null;
  const answer = await fetch(await authorizeUrl(provider, { prompt: 'none' }), { credentials: 'same-origin' });
  const back = new URL(answer.url);
  const started = takeStarted();
  if (back.pathname !== '/console/' || back.searchParams.get('state') !== started?.state) return null;
  const code = back.searchParams.get('code');
  return code && started ? signedIn(await redeem(code, started)) : null;
}

async function finish(answer: URLSearchParams): Promise<void> {
  const started = takeStarted();
  const back = started?.back ?? '/console/';
  history.replaceState(null, '', back.startsWith('/console/') ? back : '/console/');
  provider = await discover(started?.tenantId ?? remembered());
  const code = answer.get('code');
  if (!code || !started || answer.get('state') !== started.state) {
    const why = answer.get('error_description') ?? undefined;
    become({ state: 'signedOut', tenantNeeded: provider.tenantNeeded, problem: why });
    return;
  }
  become(signedIn(await redeem(code, started)));
}

function takeStarted(): Started | null {
  const text = sessionStorage.getItem(STARTED);
  sessionStorage.removeItem(STARTED);
  return text ? (JSON.parse(text) as Started) : null;
}

function redeem(code: string, started: Started) {
  return grant({
    grant_type: 'authorization_code',
    code,
    redirect_uri: REDIRECT(),
    code_verifier: started.verifier,
  });
}

async function grant(form: Record<string, string>): Promise<Tokens> {
  if (!provider) throw new Error('no tenant');
  const answer = await fetch(`/${provider.tenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: provider.clientId, scope: SCOPE, ...form }),
    credentials: 'omit',
  });
  const body = (await answer.json()) as Record<string, string>;
  if (!answer.ok) throw new ApiError(answer.status, body.error ?? '', body.error_description ?? '', null);
  return {
    access: body.access_token ?? '',
    refresh: body.refresh_token ?? null,
    id: body.id_token ?? null,
    endsAt: Date.now() + Number(body.expires_in) * 1000,
  };
}

function signedIn(fresh: Tokens): Session {
  tokens = fresh;
  return { state: 'signedIn', person: person(fresh) };
}

function person(of: Tokens): Person {
  const access = claims(of.access);
  const id = of.id ? claims(of.id) : access;
  const userName = String(id.preferred_username ?? access.upn ?? access.unique_name ?? '');
  return {
    tenantId: provider?.tenantId ?? '',
    tenantName: provider?.tenantName ?? '',
    name: String(id.name ?? access.name ?? userName),
    userName,
    permissions: new Set(String(access.scp ?? '').split(' ')),
  };
}

function claims(jwt: string): Record<string, unknown> {
  const body = (jwt.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
  const bytes = Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
}

async function currentToken(): Promise<string | null> {
  if (!tokens) return null;
  if (Date.now() < tokens.endsAt - RENEW_BEFORE_END_MS) return tokens.access;
  return renew(tokens.access);
}

/** One renewal at a time, however many calls ask for it. */
function renew(old: string): Promise<string | null> {
  if (tokens && tokens.access !== old) return Promise.resolve(tokens.access);
  renewing ??= renewNow().finally(() => {
    renewing = null;
  });
  return renewing;
}

async function renewNow(): Promise<string | null> {
  try {
    if (tokens?.refresh) {
      become(signedIn(await grant({ grant_type: 'refresh_token', refresh_token: tokens.refresh })));
      return tokens.access;
    }
  } catch (problem) {
    if (!(problem instanceof ApiError)) return tokens?.access ?? null; // the network is away: nothing was refused
  }
  const again = await silently().catch(() => null);
  if (again) {
    become(again);
    return tokens?.access ?? null;
  }
  tokens = null;
  if (session.state === 'signedIn') become({ state: 'ended', person: session.person });
  return null;
}

function said(problem: unknown): string {
  return problem instanceof Error ? problem.message : String(problem);
}
