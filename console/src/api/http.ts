/** The one way to the server: `/api` and `/cordon/v1` with the signed-in user's bearer token. */
import { text } from '../text';

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** The server's log holds this id. */
    readonly requestId: string | null,
  ) {
    super(message);
    this.name = 'ApiError';
  }

  get forbidden() {
    return this.status === 403;
  }

  get missing() {
    return this.status === 404;
  }
}

/** Where tokens come from; the session sets it. */
export interface TokenSource {
  /** A token that is valid for a while yet, or null if nobody is signed in. */
  token(): Promise<string | null>;
  /** A fresh token in place of one that was refused, or null. */
  renewed(refused: string): Promise<string | null>;
}

let tokens: TokenSource = { token: async () => null, renewed: async () => null };

export function useTokensOf(source: TokenSource) {
  tokens = source;
}

export type Query = Record<string, string | number | boolean | undefined | null>;

export interface Options {
  query?: Query;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

const MOST_WAITS = 3;
const LONGEST_WAIT_MS = 15_000;

export function url(path: string, query: Query = {}): string {
  const words = Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`);
  return words.length ? `${path}?${words.join('&')}` : path;
}

/** Browsers say in words of their own that there was no answer at all, and nothing that helps. */
async function reach(address: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(address, request);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ApiError(0, 'Unreachable', text('common.unreachable'), null);
  }
}

/** The answer whatever its status; a refused token is renewed once, and a server that is busy is waited for. */
export async function send(method: string, path: string, options: Options = {}): Promise<Response> {
  let token = await tokens.token();
  let renewed = false;
  for (let waits = 0; ; ) {
    const answer = await reach(url(path, options.query), {
      method,
      headers: {
        Accept: 'application/json',
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
        ...(options.body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...options.headers,
      },
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      signal: options.signal,
      credentials: 'omit',
    });
    if (answer.status === 401 && token && !renewed) {
      renewed = true;
      token = await tokens.renewed(token);
      if (token) continue;
    }
    if (answer.status === 429 && waits < MOST_WAITS) {
      waits += 1;
      await pause(retryAfter(answer), options.signal);
      continue;
    }
    return answer;
  }
}

/** The JSON of a good answer, or an {@link ApiError}. */
export async function call<T>(method: string, path: string, options: Options = {}): Promise<T> {
  const answer = await send(method, path, options);
  if (!answer.ok) throw await refusal(answer);
  if (answer.status === 204) return undefined as T;
  const text = await answer.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal) => call<T>('GET', path, { query, signal });
export const post = <T>(path: string, body?: unknown, headers?: Record<string, string>) =>
  call<T>('POST', path, { body, headers });
export const put = <T>(path: string, body?: unknown) => call<T>('PUT', path, { body });
export const patch = <T>(path: string, body?: unknown) => call<T>('PATCH', path, { body });
export const remove = <T>(path: string, body?: unknown) => call<T>('DELETE', path, { body });

export async function refusal(answer: Response): Promise<ApiError> {
  const text = await answer.text().catch(() => '');
  try {
    const { error } = JSON.parse(text) as { error: { code: string; message: string; target?: string } };
    return new ApiError(answer.status, error.code, error.message, error.target ?? null);
  } catch {
    return new ApiError(answer.status, 'Unknown', answer.statusText || `HTTP ${answer.status}`, null);
  }
}

function retryAfter(answer: Response): number {
  const seconds = Number(answer.headers.get('Retry-After') ?? '1');
  return Math.min(LONGEST_WAIT_MS, Math.max(0.2, Number.isFinite(seconds) ? seconds : 1) * 1000);
}

function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
