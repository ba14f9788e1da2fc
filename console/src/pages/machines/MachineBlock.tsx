import type { Row } from '@tanstack/react-table';
import { memo } from 'react';
import { type MachineRow, PAGE } from '../../api/machines';
import { MachineLine } from './MachineLine';
import { ROW_HEIGHT } from './columns';

/** Some rows that come and go together; what is in them moves nothing outside. */
export const MachineBlock = memo(function MachineBlock({
  from,
  until,
  page,
  known,
  has,
  active,
  onActive,
  onToggle,
  onOpen,
}: {
  from: number;
  until: number;
  /** The page that holds all of them, once it has arrived. */
  page: readonly MachineRow[] | undefined;
  known: Record<string, Row<MachineRow>>;
  has: (id: string) => boolean;
  active: number | undefined;
  onActive: (index: number) => void;
  onToggle: (machine: MachineRow) => void;
  onOpen: (machine: MachineRow) => void;
}) {
  return (
    <div role="rowgroup" className="absolute inset-x-0 [contain:strict]" style={{ top: from * ROW_HEIGHT, height: (until - from) * ROW_HEIGHT }}>
      {Array.from({ length: until - from }, (_, offset) => {
        const index = from + offset;
        const machine = page?.[index % PAGE];
        return (
          <MachineLine
            key={index}
            index={index}
            row={machine && known[machine.id]}
            selected={machine ? has(machine.id) : false}
            active={index === active}
            onActive={onActive}
            onToggle={onToggle}
            onOpen={onOpen}
          />
        );
      })}
    </div>
  );
});
