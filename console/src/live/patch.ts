/** Puts what an event carries into what is on the screen at once; asking the server again comes after. */
import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type { MachineAction } from '../api/actions';
import type { Machine, MachinePage, MachineRow } from '../api/machines';

type ActionPages = InfiniteData<{ value: MachineAction[] }>;

export function patch(queries: QueryClient, data: Record<string, unknown>) {
  if (data.machine) patchMachine(queries, data.machine as MachineRow);
  if (data.action) patchAction(queries, data.action as MachineAction);
}

function patchMachine(queries: QueryClient, row: MachineRow) {
  queries.setQueriesData<MachinePage>({ queryKey: ['machines', 'page'] }, (page) =>
    page?.value.some(({ id }) => id === row.id)
      ? { ...page, value: page.value.map((known) => (known.id === row.id ? row : known)) }
      : page,
  );
  queries.setQueryData<Machine>(['machines', 'one', row.id], (known) =>
    // only a machine's own answer says what each capability lacks
    known ? { ...known, ...row, capabilities: known.capabilities } : known,
  );
}

function patchAction(queries: QueryClient, action: MachineAction) {
  queries.setQueryData(['actions', 'one', action.id], action);
  queries.setQueriesData<ActionPages>({ queryKey: ['actions', 'list'] }, (known) =>
    known?.pages.some(({ value }) => value.some(({ id }) => id === action.id))
      ? {
          ...known,
          pages: known.pages.map((page) => ({ ...page, value: page.value.map((old) => (old.id === action.id ? action : old)) })),
        }
      : known,
  );
}
