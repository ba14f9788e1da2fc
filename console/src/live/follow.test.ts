import { QueryClient } from '@tanstack/react-query';
import { afterEach, expect, test, vi } from 'vitest';

const { send, page } = vi.hoisted(() => {
  const page = Object.assign(new EventTarget(), { hidden: false });
  vi.stubGlobal('window', new EventTarget());
  vi.stubGlobal('document', page);
  return { send: vi.fn(), page };
});
vi.mock('../api/http', () => ({ send }));

const { follow } = await import('./index');

/** A stream that says nothing and ends when it is given up. */
function silent(signal: AbortSignal): Response {
  return new Response(
    new ReadableStream({
      start: (stream) => signal.addEventListener('abort', () => stream.error(signal.reason)),
    }),
  );
}

const signals: AbortSignal[] = [];
send.mockImplementation((_method: string, _path: string, options: { signal: AbortSignal }) => {
  signals.push(options.signal);
  return Promise.resolve(silent(options.signal));
});

afterEach(() => {
  signals.length = 0;
});

test('when the page is left then the stream is given back, and taken again on the way back', async () => {
  const end = new AbortController();
  const done = follow(new QueryClient(), end.signal);
  await vi.waitFor(() => expect(signals).toHaveLength(1));

  window.dispatchEvent(new Event('pagehide'));
  expect(signals[0]?.aborted).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(signals).toHaveLength(1);

  window.dispatchEvent(new Event('pageshow'));
  await vi.waitFor(() => expect(signals).toHaveLength(2));
  expect(signals[1]?.aborted).toBe(false);
  end.abort();
  await done;
});

test('when nobody looks at the tab for a while then the stream is given back', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const end = new AbortController();
  const done = follow(new QueryClient(), end.signal);
  await vi.waitFor(() => expect(signals).toHaveLength(1));

  page.hidden = true;
  document.dispatchEvent(new Event('visibilitychange'));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(signals[0]?.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(6_000);
  expect(signals[0]?.aborted).toBe(true);

  page.hidden = false;
  document.dispatchEvent(new Event('visibilitychange'));
  await vi.waitFor(() => expect(signals).toHaveLength(2));
  end.abort();
  await done;
  vi.useRealTimers();
});
