import type { UseQueryResult } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useText } from '../../text';
import { Button } from '../../ui/Button';
import { SearchInput } from '../../ui/form';
import { Loaded } from '../../ui/Loaded';
import { Card } from '../../ui/Page';
import { Empty } from '../../ui/states';
import { type Column, Table } from '../../ui/Table';

/** A list with its search, the button that adds to it, and what it says when it is empty. */
export function Listed<Row>({
  label,
  query,
  columns,
  id,
  words,
  add,
  onAdd,
  icon,
  empty,
  emptyLead,
}: {
  label: string;
  query: UseQueryResult<{ value: Row[] }>;
  columns: readonly Column<Row>[];
  id: (row: Row) => string;
  /** What the search looks at. */
  words: (row: Row) => string;
  add: string;
  onAdd: () => void;
  icon: ReactNode;
  empty: string;
  emptyLead?: string;
}) {
  const { t } = useText();
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const button = (
    <Button kind="primary" icon={<Plus className="size-4" aria-hidden />} onClick={onAdd}>
      {add}
    </Button>
  );
  return (
    <Loaded query={query}>
      {({ value }) => {
        if (value.length === 0) {
          return (
            <Card>
              <Empty icon={icon} title={empty} lead={emptyLead}>
                {button}
              </Empty>
            </Card>
          );
        }
        const found = value.filter((row) => words(row).toLowerCase().includes(wanted));
        return (
          <Card flush>
            <div className="flex flex-wrap gap-3 border-b border-line px-5 py-3">
              <div className="flex min-w-40 flex-1">
                <SearchInput label={t('access.search')} value={search} onValue={setSearch} />
              </div>
              {button}
            </div>
            {found.length === 0 ? <Empty title={t('access.nothingFound')} /> : <Table label={label} columns={columns} rows={found} id={id} />}
          </Card>
        );
      }}
    </Loaded>
  );
}
