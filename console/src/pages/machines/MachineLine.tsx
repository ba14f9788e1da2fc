import { type Row, flexRender } from '@tanstack/react-table';
import { memo } from 'react';
import { type MachineRow, nameOf } from '../../api/machines';
import { useText } from '../../text';
import { plain } from '../../ui/plain';
import { Skeleton } from '../../ui/states';
import { LOOKS, ROW, ROW_HEIGHT } from './columns';

/** One row of the table; drawn again only when something of it changed, so that scrolling draws new rows and no others. */
export const MachineLine = memo(function MachineLine({
  index,
  row,
  selected,
  active,
  onActive,
  onToggle,
  onOpen,
}: {
  index: number;
  /** Not there until its page has arrived. */
  row: Row<MachineRow> | undefined;
  selected: boolean;
  active: boolean;
  onActive: (index: number) => void;
  onToggle: (machine: MachineRow) => void;
  onOpen: (machine: MachineRow) => void;
}) {
  const { t } = useText();
  const machine = row?.original;
  return (
    <div
      role="row"
      data-row={index}
      aria-rowindex={index + 2}
      aria-selected={machine ? selected : undefined}
      aria-busy={machine ? undefined : true}
      tabIndex={active ? 0 : -1}
      onFocus={() => onActive(index)}
      onClick={(event) => machine && !(event.target as HTMLElement).closest('input,label,a') && onOpen(machine)}
      style={{ height: ROW_HEIGHT }}
      className={`${ROW} cursor-pointer border-b border-line hover:bg-sunken focus-visible:outline-offset-[-2px] aria-selected:bg-accent-soft`}
    >
      <span role="gridcell" className="flex">
        {machine && (
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={t('machines.select', { name: plain(nameOf(machine), 80) })}
            checked={selected}
            onChange={() => onToggle(machine)}
            className="size-4 accent-[var(--accent)]"
          />
        )}
      </span>
      {row ? (
        row.getVisibleCells().map((cell) => (
          <div key={cell.id} role="gridcell" className={`min-w-0 items-center ${LOOKS[cell.column.id]?.className ?? ''}`}>
            {flexRender(cell.column.columnDef.cell, cell.getContext())}
          </div>
        ))
      ) : (
        <div role="gridcell">
          <Skeleton className="h-4 w-40" />
        </div>
      )}
    </div>
  );
});
