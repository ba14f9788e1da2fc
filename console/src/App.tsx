import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect } from 'react';
import { ApiError } from './api/http';
import { useSession } from './api/session';
import { follow } from './live';
import { makeRouter } from './router';
import { SessionEnded, SignIn } from './shell/SignIn';
import { useText } from './text';
import { Toasts } from './ui/toast';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // what the server refused stays refused; what did not arrive may arrive
      retry: (count, error) => count < 2 && !(error instanceof ApiError && error.status < 500),
    },
  },
});
const router = makeRouter(queries);

export function App() {
  const { t } = useText();
  const session = useSession();
  const inside = session.state === 'signedIn' || session.state === 'ended';
  const following = session.state === 'signedIn';
  useEffect(() => {
    if (!following) return;
    const stop = new AbortController();
    void follow(queries, stop.signal);
    return () => stop.abort();
  }, [following]);
  if (session.state === 'starting') {
    return (
      <p role="status" className="flex min-h-dvh items-center justify-center text-sm text-muted">
        {t('common.starting')}
      </p>
    );
  }
  if (session.state === 'signedOut') return <SignIn session={session} />;
  return (
    <QueryClientProvider client={queries}>
      {inside && <RouterProvider router={router} />}
      {session.state === 'ended' && <SessionEnded />}
      <Toasts />
    </QueryClientProvider>
  );
}
