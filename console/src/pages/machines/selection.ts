import { type ReactNode, useCallback, useState } from 'react';
import type { MachineRow } from '../../api/machines';

export interface Selection {
  has: (id: string) => boolean;
  toggle: (machine: MachineRow) => void;
  /** The box in the table's head. */
  header: ReactNode;
}

/** Machines that were picked; they stay picked when the table shows others. */
export function useSelected() {
  const [selected, setSelected] = useState<ReadonlyMap<string, MachineRow>>(new Map());
  const toggle = useCallback((machine: MachineRow) => {
    setSelected((before) => {
      const next = new Map(before);
      if (!next.delete(machine.id)) next.set(machine.id, machine);
      return next;
    });
  }, []);
  return {
    selected,
    has: (id: string) => selected.has(id),
    toggle,
    replace: (machines: readonly MachineRow[]) => setSelected(new Map(machines.map((machine) => [machine.id, machine]))),
    clear: () => setSelected(new Map()),
  };
}
