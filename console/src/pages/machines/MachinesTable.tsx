import { type UseQueryResult, useQueries } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { getCoreRowModel, useReactTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type MachineFilter, type MachinePage, type MachineRow, PAGE, machinePage } from '../../api/machines';
import { useText } from '../../text';
import { MachineBlock } from './MachineBlock';
import { BLOCK, LOOKS, ROW, ROW_HEIGHT, columns } from './columns';
import type { Selection } from './selection';

const HEADER_HEIGHT = 44;

/** The rows of each page that has arrived; the same array as before while nothing arrived. */
const arrived = (pages: UseQueryResult<MachinePage>[]) => pages.map((page) => (page.isPlaceholderData ? undefined : page.data?.value));

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
  // drawn by the block: what a new row costs besides itself is paid once for many, and most frames of scrolling cost nothing
  const blocks = useVirtualizer({
    count: Math.ceil(total / BLOCK),
    getScrollElement: () => viewport.current,
    estimateSize: () => BLOCK * ROW_HEIGHT,
    overscan: 1,
    useFlushSync: false,
  });
  const shown = blocks.getVirtualItems();

  const first = Math.floor(((shown[0]?.index ?? 0) * BLOCK) / PAGE);
  const last = Math.floor(((shown.at(-1)?.index ?? 0) * BLOCK) / PAGE);
  const pages = useQueries({ queries: Array.from({ length: last - first + 1 }, (_, index) => machinePage(filter, first + index)), combine: arrived });
  const at = (index: number): MachineRow | undefined => pages[Math.floor(index / PAGE) - first]?.[index % PAGE];
  const loaded = useMemo(() => pages.flatMap((page) => page ?? []), [pages]);
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
    const box = viewport.current;
    if (!box) return;
    const top = next * ROW_HEIGHT;
    const room = box.clientHeight - HEADER_HEIGHT - ROW_HEIGHT;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top > box.scrollTop + room) box.scrollTop = top - room;
  };
  const open = useCallback((machine: MachineRow) => void navigate({ to: '/machines/$id', params: { id: machine.id } }), [navigate]);
  const { toggle } = selection;
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
      <div role="row" aria-rowindex={1} style={{ height: HEADER_HEIGHT }} className={`${ROW} sticky top-0 z-10 border-b border-line bg-surface text-[13px] font-medium text-muted`}>
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
      <div role="presentation" className="relative" style={{ height: total * ROW_HEIGHT }} onKeyDown={onKey}>
        {shown.map(({ index }) => {
          const from = index * BLOCK;
          const until = Math.min(total, from + BLOCK);
          return (
            <MachineBlock
              key={index}
              from={from}
              until={until}
              page={pages[Math.floor(from / PAGE) - first]}
              known={known}
              has={selection.has}
              active={active >= from && active < until ? active : undefined}
              onActive={setActive}
              onToggle={toggle}
              onOpen={open}
            />
          );
        })}
      </div>
    </div>
  );
}
