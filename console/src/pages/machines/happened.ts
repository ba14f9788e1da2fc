import type { MachineAction } from '../../api/actions';
import type { Happening } from '../../api/timeline';

export type Item = { at: number; action: MachineAction } | { at: number; happening: Happening };

/** The steps of an action stand in its own card. */
const isOfItself = ({ event }: Happening) => /^(machine|report)\./.test(event);

/**
 * Two lists that come page by page, newest first, as one. What is older than the end of a list that goes on is held back,
 * for something of that list may come before it; `next` is the list to read on.
 */
export function merged(actions: readonly MachineAction[], moreActions: boolean, happened: readonly Happening[], moreHappened: boolean) {
  const acts: Item[] = actions.map((action) => ({ at: Date.parse(action.creationDateTimeUtc), action }));
  const told: Item[] = happened.filter(isOfItself).map((happening) => ({ at: Date.parse(happening.at), happening }));
  const last = happened.at(-1);
  const actsFrom = moreActions ? (acts.at(-1)?.at ?? Infinity) : -Infinity;
  const toldFrom = moreHappened ? (last ? Date.parse(last.at) : Infinity) : -Infinity;
  const from = Math.max(actsFrom, toldFrom);
  return {
    items: [...acts, ...told].filter(({ at }) => at >= from).sort((one, other) => other.at - one.at),
    next: from === -Infinity ? undefined : actsFrom >= toldFrom ? ('actions' as const) : ('happened' as const),
  };
}
