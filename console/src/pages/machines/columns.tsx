import { type ColumnDef, createColumnHelper } from '@tanstack/react-table';
import { Tag } from 'lucide-react';
import { type MachineRow, nameOf } from '../../api/machines';
import { type Key, ago, dateTime, text } from '../../text';
import { Badge } from '../../ui/Badge';
import { plain } from '../../ui/plain';
import { useWide } from '../../ui/wide';
import { StateBadges } from './StateBadges';

/** In pixels; what a row holds fits into it. */
export const ROW_HEIGHT = 60;
/** Rows that are drawn together; a page of the server holds a whole number of them. */
export const BLOCK = 10;

/** Columns beyond the first two leave a narrow screen; the widths of a row stand in {@link ROW}. */
export const ROW =
  'grid items-center gap-x-4 px-4 grid-cols-[1.25rem_minmax(0,1fr)] md:grid-cols-[1.25rem_minmax(0,1.4fr)_minmax(0,1.5fr)_minmax(0,.8fr)] xl:grid-cols-[1.25rem_minmax(0,1.4fr)_minmax(0,1.7fr)_minmax(0,.8fr)_minmax(0,.7fr)_minmax(0,.9fr)_minmax(0,.8fr)]';

interface Look {
  heading: Key;
  /** What the server can order by. */
  order?: string;
  className: string;
}

/** The states below the name, where there is no room beside it. */
function NarrowState({ machine }: { machine: MachineRow }) {
  if (useWide()) return null;
  return (
    <div className="mt-1 h-6 overflow-hidden">
      <StateBadges machine={machine} worded={2} />
    </div>
  );
}

const column = createColumnHelper<MachineRow>();

export const LOOKS: Record<string, Look> = {
  name: { heading: 'common.name', order: 'computerDnsName', className: '' },
  state: { heading: 'machines.colState', order: 'isolation', className: 'hidden md:flex' },
  system: { heading: 'machines.colSystem', order: 'osPlatform', className: 'hidden md:flex' },
  group: { heading: 'machines.colGroup', order: 'rbacGroupName', className: 'hidden xl:flex' },
  tags: { heading: 'machines.colTags', className: 'hidden xl:flex' },
  seen: { heading: 'machines.colSeen', order: 'lastSeen', className: 'hidden xl:flex' },
};

export const columns = [
  column.display({
    id: 'name',
    cell: ({ row: { original: machine } }) => (
      <div className="min-w-0">
        <div className="truncate text-sm font-medium" title={plain(nameOf(machine), 300)}>
          {plain(nameOf(machine), 120)}
        </div>
        <div className="mt-0.5 truncate text-[13px] text-muted max-md:hidden">{plain(machine.lastIpAddress)}</div>
        <NarrowState machine={machine} />
      </div>
    ),
  }),
  column.display({
    id: 'state',
    cell: ({ row: { original: machine } }) => (
      // two lines of them fit into a row
      <div className="flex max-h-13 min-w-0 flex-wrap gap-1 overflow-hidden">
        <StateBadges machine={machine} worded={3} />
        {machine.openActions > 0 && <Badge tone="info">{text('machines.busy', { count: machine.openActions })}</Badge>}
      </div>
    ),
  }),
  column.display({
    id: 'system',
    cell: ({ row: { original: machine } }) => (
      <span className="truncate text-sm">
        {plain(machine.osPlatform, 60)} <span className="text-muted">{plain(machine.version, 40)}</span>
      </span>
    ),
  }),
  column.display({
    id: 'group',
    cell: ({ row: { original: machine } }) => <span className="truncate text-sm">{plain(machine.rbacGroupName, 80) || '–'}</span>,
  }),
  column.display({
    id: 'tags',
    cell: ({ row: { original: machine } }) => (
      <span className="flex min-w-0 gap-1 overflow-hidden">
        {machine.machineTags.slice(0, 2).map((tag) => (
          <Badge key={tag} icon={<Tag aria-hidden />}>
            {plain(tag, 40)}
          </Badge>
        ))}
        {machine.machineTags.length > 2 && <span className="text-[13px] text-muted">+{machine.machineTags.length - 2}</span>}
      </span>
    ),
  }),
  column.display({
    id: 'seen',
    cell: ({ row: { original: machine } }) => (
      <time className="truncate text-sm text-muted" dateTime={machine.lastSeen} title={dateTime(machine.lastSeen)}>
        {ago(machine.lastSeen)}
      </time>
    ),
  }),
] as ColumnDef<MachineRow>[];
