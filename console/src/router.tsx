import type { QueryClient } from '@tanstack/react-query';
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { Shell } from './shell/Shell';
import { Empty, ErrorState, SkeletonRows } from './ui/states';
import { text } from './text';

const root = createRootRoute({ component: Shell });

const home = createRoute({ getParentRoute: () => root, path: '/', component: lazyRouteComponent(() => import('./pages/home/HomePage')) });
const machines = createRoute({ getParentRoute: () => root, path: '/machines', component: lazyRouteComponent(() => import('./pages/machines/MachinesPage')) });
const actions = createRoute({ getParentRoute: () => root, path: '/actions', component: lazyRouteComponent(() => import('./pages/actions/ActionsPage')) });
const files = createRoute({ getParentRoute: () => root, path: '/files', component: lazyRouteComponent(() => import('./pages/files/FilesPage')) });
const access = createRoute({ getParentRoute: () => root, path: '/access', component: lazyRouteComponent(() => import('./pages/access/AccessPage')) });
const audit = createRoute({ getParentRoute: () => root, path: '/audit', component: lazyRouteComponent(() => import('./pages/audit/AuditPage')) });

const tree = root.addChildren([home, machines, actions, files, access, audit]);

export function makeRouter(_queries: QueryClient) {
  return createRouter({
    routeTree: tree,
    basepath: '/console',
    defaultPreload: 'intent',
    defaultPendingComponent: () => <SkeletonRows />,
    defaultErrorComponent: ({ error, reset }) => <ErrorState error={error} onRetry={reset} />,
    defaultNotFoundComponent: () => <Empty title={text('common.notFound')} lead={text('common.notFoundLead')} />,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
