import { useState } from 'react';
import { type MachineSearch, machineSearch } from './search';

export interface View {
  name: string;
  search: MachineSearch;
}

const KEPT = 'cordon.machines.views';
const MOST = 50;

function read(): View[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? '[]');
    if (!Array.isArray(kept)) return [];
    return kept.slice(0, MOST).map((view: View) => ({ name: String(view.name).slice(0, 80), search: machineSearch({ ...view.search }) }));
  } catch {
    return [];
  }
}

/** Views that somebody gave a name, in this browser. */
export function useViews() {
  const [views, setViews] = useState(read);
  const keep = (next: View[]) => {
    setViews(next);
    localStorage.setItem(KEPT, JSON.stringify(next));
  };
  return {
    views,
    save: (view: View) => keep([...views.filter(({ name }) => name !== view.name), view].slice(-MOST)),
    remove: (name: string) => keep(views.filter((view) => view.name !== name)),
  };
}
