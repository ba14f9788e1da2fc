import type { QueryClient } from '@tanstack/react-query';
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { actionSearch } from './pages/actions/search';
import { auditSearch } from './pages/audit/search';
import { machineSearch } from './pages/machines/search';
import { Shell } from './shell/Shell';
import { Page } from './ui/Page';
import { ErrorState, SkeletonRows } from './ui/states';
import { text } from './text';

/** Which part of a page is shown. */
const partSearch = (search: Record<string, unknown>): { part?: string } => ({
  part: typeof search.part === 'string' ? search.part.slice(0, 80) : undefined,
});

const root = createRootRoute({ component: Shell });

const home = createRoute({ getParentRoute: () => root, path: '/', component: lazyRouteComponent(() => import('./pages/home/HomePage')) });
const machines = createRoute({ getParentRoute: () => root, path: '/machines', validateSearch: machineSearch, component: lazyRouteComponent(() => import('./pages/machines/MachinesPage')) });
const machine = createRoute({ getParentRoute: () => root, path: '/machines/$id', component: lazyRouteComponent(() => import('./pages/machines/MachinePage')) });
const actions = createRoute({ getParentRoute: () => root, path: '/actions', validateSearch: actionSearch, component: lazyRouteComponent(() => import('./pages/actions/ActionsPage')) });
const files = createRoute({ getParentRoute: () => root, path: '/files', validateSearch: partSearch, component: lazyRouteComponent(() => import('./pages/files/FilesPage')) });
const access = createRoute({ getParentRoute: () => root, path: '/access', validateSearch: partSearch, component: lazyRouteComponent(() => import('./pages/access/AccessPage')) });
const audit = createRoute({ getParentRoute: () => root, path: '/audit', validateSearch: auditSearch, component: lazyRouteComponent(() => import('./pages/audit/AuditPage')) });

const tree = root.addChildren([home, machines, machine, actions, files, access, audit]);

export function makeRouter(_queries: QueryClient) {
  return createRouter({
    routeTree: tree,
    basepath: '/console',
    defaultPreload: 'intent',
    defaultPendingComponent: () => <SkeletonRows />,
    defaultErrorComponent: ({ error, reset }) => <ErrorState error={error} onRetry={reset} />,
    defaultNotFoundComponent: () => <Page title={text('common.notFound')} lead={text('common.notFoundLead')} />,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
