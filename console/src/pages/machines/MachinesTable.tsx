import { useQueries } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { flexRender, getCoreRowModel, useReactTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { type MachineFilter, type MachineRow, PAGE, machinePage, nameOf } from '../../api/machines';
import { useText } from '../../text';
import { plain } from '../../ui/plain';
import { Skeleton } from '../../ui/states';
import { LOOKS, ROW, columns } from './columns';
import type { Selection } from './selection';

const ROW_HEIGHT = 60;

/**
 * A grid of any number of machines: only rows in sight are drawn, and only their pages are asked for. Arrow keys, Home,
 * End and the page keys move, Enter opens, the space bar selects (ARIA's grid pattern).
 */
export function MachinesTable({
  filter,
  total,
  order,
  onOrder,
  selection,
}: {
  filter: MachineFilter;
  total: number;
  order: string | undefined;
  onOrder: (column: string) => void;
  selection: Selection;
}) {
  const { t } = useText();
  const navigate = useNavigate();
  const viewport = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const wantsFocus = useRef(false);
  const rows = useVirtualizer({ count: total, getScrollElement: () => viewport.current, estimateSize: () => ROW_HEIGHT, overscan: 12 });
  const shown = rows.getVirtualItems();

  const first = Math.floor((shown[0]?.index ?? 0) / PAGE);
  const last = Math.floor((shown.at(-1)?.index ?? 0) / PAGE);
  const pages = useQueries({ queries: Array.from({ length: last - first + 1 }, (_, index) => machinePage(filter, first + index)) });
  const at = (index: number): MachineRow | undefined => {
    const page = pages[Math.floor(index / PAGE) - first];
    return page?.isPlaceholderData ? undefined : page?.data?.value[index % PAGE];
  };
  const loaded = useMemo(() => pages.flatMap((page) => (page.isPlaceholderData ? [] : (page.data?.value ?? []))), [pages]);
  const table = useReactTable({ data: loaded, columns, getCoreRowModel: getCoreRowModel(), getRowId: ({ id }) => id, manualSorting: true, autoResetAll: false });
  const known = table.getRowModel().rowsById;

  useEffect(() => {
    if (active >= total) setActive(Math.max(0, total - 1));
  }, [active, total]);
  useEffect(() => {
    if (!wantsFocus.current) return;
    const row = viewport.current?.querySelector<HTMLElement>(`[data-row="${active}"]`);
    if (row) {
      wantsFocus.current = false;
      row.focus({ preventScroll: true });
    }
  });

  const move = (to: number) => {
    const next = Math.min(total - 1, Math.max(0, to));
    wantsFocus.current = true;
    setActive(next);
    rows.scrollToIndex(next);
  };
  const open = (machine: MachineRow) => void navigate({ to: '/machines/$id', params: { id: machine.id } });
  const onKey = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((viewport.current?.clientHeight ?? 600) / ROW_HEIGHT) - 1);
    const machine = at(active);
    const steps: Record<string, () => void> = {
      ArrowDown: () => move(active + 1),
      ArrowUp: () => move(active - 1),
      PageDown: () => move(active + page),
      PageUp: () => move(active - page),
      Home: () => move(0),
      End: () => move(total - 1),
      Enter: () => machine && open(machine),
      ' ': () => machine && selection.toggle(machine),
    };
    const step = steps[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    step();
  };
  const [orderColumn, direction] = (order ?? 'computerDnsName').split(' ');

  return (
    <div
      ref={viewport}
      role="grid"
      aria-label={t('machines.table')}
      aria-rowcount={total + 1}
      aria-multiselectable
      className="min-h-64 flex-1 overflow-auto rounded-xl border border-line bg-surface [contain:strict]"
      data-testid="machines-viewport"
    >
      <div role="row" aria-rowindex={1} className={`${ROW} sticky top-0 z-10 h-11 border-b border-line bg-surface text-[13px] font-medium text-muted`}>
        <span role="columnheader" className="flex">
          {selection.header}
        </span>
        {table.getAllLeafColumns().map(({ id }) => {
          const look = LOOKS[id];
          if (!look) return null;
          const sorted = look.order === orderColumn ? (direction === 'desc' ? 'descending' : 'ascending') : undefined;
          return (
            <span key={id} role="columnheader" aria-sort={sorted} className={`min-w-0 ${look.className}`}>
              {look.order ? (
                <button type="button" onClick={() => onOrder(look.order ?? '')} aria-label={t('machines.sortBy', { name: t(look.heading) })} className="flex items-center gap-1 rounded hover:text-text">
                  {t(look.heading)}
                  {sorted === 'ascending' && <ArrowUp className="size-3.5" aria-hidden />}
                  {sorted === 'descending' && <ArrowDown className="size-3.5" aria-hidden />}
                </button>
              ) : (
                t(look.heading)
              )}
            </span>
          );
        })}
      </div>
      <div role="rowgroup" className="relative" style={{ height: rows.getTotalSize() }} onKeyDown={onKey}>
        {shown.map(({ index, start, size }) => {
          const machine = at(index);
          const row = machine && known[machine.id];
          return (
            <div
              key={index}
              role="row"
              data-row={index}
              aria-rowindex={index + 2}
              aria-selected={machine ? selection.has(machine.id) : undefined}
              aria-busy={machine ? undefined : true}
              tabIndex={index === active ? 0 : -1}
              onFocus={() => setActive(index)}
              onClick={(event) => machine && !(event.target as HTMLElement).closest('input,label,a') && open(machine)}
              className={`${ROW} absolute inset-x-0 cursor-pointer border-b border-line hover:bg-sunken focus-visible:outline-offset-[-2px] aria-selected:bg-accent-soft`}
              style={{ height: size, transform: `translateY(${start}px)` }}
            >
              <span role="gridcell" className="flex">
                {machine && (
                  <input
                    type="checkbox"
                    tabIndex={-1}
                    aria-label={t('machines.select', { name: plain(nameOf(machine), 80) })}
                    checked={selection.has(machine.id)}
                    onChange={() => selection.toggle(machine)}
                    className="size-4 accent-[var(--accent)]"
                  />
                )}
              </span>
              {row
                ? row.getVisibleCells().map((cell) => (
                    <div key={cell.id} role="gridcell" className={`min-w-0 items-center ${LOOKS[cell.column.id]?.className ?? ''}`}>
                      {flexRender(cell.column.columnDef.cell, cell.getContext())}
                    </div>
                  ))
                : (
                    <div role="gridcell">
                      <Skeleton className="h-4 w-40" />
                    </div>
                  )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
