/** What the table shows, kept in the address so that it can be sent to somebody. */
import type { MachineFilter } from '../../api/machines';

export interface MachineSearch {
  q?: string;
  state?: string;
  health?: string;
  os?: string;
  tag?: string;
  order?: string;
}

const word = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 200) || undefined : undefined);

export function machineSearch(search: Record<string, unknown>): MachineSearch {
  return { q: word(search.q), state: word(search.state), health: word(search.health), os: word(search.os), tag: word(search.tag), order: word(search.order) };
}

export const filterOf = ({ q, state, health, os, tag, order }: MachineSearch): MachineFilter => ({
  search: q,
  state,
  healthStatus: health,
  osPlatform: os,
  tag,
  orderBy: order,
});

export const isFiltered = ({ q, state, health, os, tag }: MachineSearch) => !!(q || state || health || os || tag);

/** The order after a press on a column's heading: ascending, descending, the usual one. */
export function nextOrder(now: string | undefined, column: string): string | undefined {
  if (now === column) return `${column} desc`;
  return now === `${column} desc` ? undefined : column;
}
