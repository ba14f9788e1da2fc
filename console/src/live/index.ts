/**
 * What happens on the server, as it happens: one stream of events for the whole console, resumed where it broke off. Each
 * event makes the queries stale that show what changed; who wants the events themselves listens.
 */
import type { QueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { send } from '../api/http';
import { patch } from './patch';
import { type StreamEvent, eventReader, readStream } from './stream';

export type LiveState = 'connecting' | 'live' | 'offline';

export interface LiveEvent {
  id: string;
  type: string;
  /** What the event is about, as the server wrote it. */
  data: Record<string, unknown>;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 20_000;
const GIVE_BACK_AFTER_MS = 10_000;

let state: LiveState = 'connecting';
/** The page was left and waits for the way back; the browser says so before it calls it hidden. */
let left = false;
let lastId = '';
const stateListeners = new Set<() => void>();
const eventListeners = new Set<(event: LiveEvent) => void>();

function become(next: LiveState) {
  if (state === next) return;
  state = next;
  stateListeners.forEach((listener) => listener());
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(
    (listener) => {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },
    () => state,
  );
}

export function useLiveEvents(listener: (event: LiveEvent) => void) {
  useEffect(() => {
    eventListeners.add(listener);
    return () => {
      eventListeners.delete(listener);
    };
  }, [listener]);
}

/** Query keys begin with one of these words, so that an event finds all that show its kind of thing. */
export function areas(type: string): string[] {
  const kind = type.split('.')[0] ?? '';
  // what an action did may have put a file into a vault or taken it out
  if (kind === 'action') return ['actions', 'machines', 'files', 'overview', 'audit'];
  if (kind === 'machine' || kind === 'machines') return ['machines', 'overview'];
  if (kind === 'audit') return ['audit'];
  if (kind === 'file' || kind === 'blocks' || kind === 'object') return ['files', 'audit', 'overview'];
  return [kind, 'access', 'audit', 'overview'];
}

/** Keeps the stream open while somebody looks and until the signal; each time anew after a growing, jittered pause. */
export async function follow(queries: QueryClient, signal: AbortSignal): Promise<void> {
  let wait = FIRST_WAIT_MS;
  window.addEventListener('pagehide', () => (left = true), { signal });
  window.addEventListener('pageshow', () => (left = false), { signal });
  while (!signal.aborted) {
    await looked(signal);
    const unwatched = whenNobodyLooks();
    try {
      const answer = await send('GET', '/cordon/v1/events', {
        headers: { Accept: 'text/event-stream', ...(lastId ? { 'Last-Event-ID': lastId } : {}) },
        signal: AbortSignal.any([signal, unwatched.signal]),
      });
      if (answer.ok && answer.body) {
        if (state === 'offline') void queries.invalidateQueries();
        become('live');
        wait = FIRST_WAIT_MS;
        await readStream(answer, eventReader((event) => take(event, queries), (retry) => (wait = retry)));
      }
    } catch {
      // the stream broke: the pause below, then again
    } finally {
      unwatched.forget();
    }
    if (signal.aborted) return;
    // what happened meanwhile comes with the next stream, from the last id on
    if (unwatched.signal.aborted) continue;
    become('offline');
    await new Promise((resolve) => setTimeout(resolve, wait * (0.5 + Math.random() / 2)));
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

/**
 * A browser has six connections to a server, for all tabs together, and a stream takes one of them for good. A tab that
 * nobody looks at gives it back after a while, and at once if the page is left: the browser may keep it for the way back,
 * with its stream, for a minute.
 */
function whenNobodyLooks(): { signal: AbortSignal; forget: () => void } {
  const ended = new AbortController();
  const leave = () => ended.abort();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(leave, GIVE_BACK_AFTER_MS);
  };
  document.addEventListener('visibilitychange', look);
  window.addEventListener('pagehide', leave);
  look();
  return {
    signal: ended.signal,
    forget: () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
      window.removeEventListener('pagehide', leave);
    },
  };
}

/** Waits until somebody looks at the page. */
function looked(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if ((document.hidden || left) && !signal.aborted) return;
      document.removeEventListener('visibilitychange', look);
      window.removeEventListener('pageshow', look);
      signal.removeEventListener('abort', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
    window.addEventListener('pageshow', look);
    signal.addEventListener('abort', look);
    look();
  });
}

const ASK_AGAIN_AFTER_MS = 400;
const stale = new Set<string>();
let scheduled = false;

function take(event: StreamEvent, queries: QueryClient) {
  if (event.id) lastId = event.id;
  if (event.name === 'ready') return;
  if (event.name === 'reset') {
    void queries.invalidateQueries();
    return;
  }
  let data: Record<string, unknown>;
  try {
    data = JSON.parse(event.data) as Record<string, unknown>;
  } catch {
    return;
  }
  const type = String(data.kind ?? event.name);
  patch(queries, data);
  eventListeners.forEach((listener) => listener({ id: event.id, type, data }));
  areas(type).forEach((area) => stale.add(area));
  if (scheduled) return;
  scheduled = true;
  // what is on the screen was changed above; lists that gained or lost a row are asked for again, once for many events
  setTimeout(() => {
    scheduled = false;
    const now = new Set(stale);
    stale.clear();
    void queries.invalidateQueries({ predicate: (query) => now.has(String(query.queryKey[0])) });
  }, ASK_AGAIN_AFTER_MS);
}
