import { type ReactNode, useState } from 'react';
import { useText } from '../text';
import { Button } from './Button';

export interface Column<Row> {
  name: string;
  label: ReactNode;
  cell: (row: Row) => ReactNode;
  /** For the cells of wide screens, such as a width. */
  className?: string;
  /** A label that only screen readers get, for columns of buttons. */
  quiet?: boolean;
}

const STEP = 100;

/**
 * A list as a table, where there is no room for that as a stack of cards with the labels inside. The roles are said outright, because
 * a table that is laid out as blocks loses them. Long lists show their beginning.
 */
export function Table<Row>({
  label,
  columns,
  rows,
  id,
  all,
}: {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  id: (row: Row) => string;
  /** For rows that come page by page already. */
  all?: boolean;
}) {
  const { t } = useText();
  const [step, setShown] = useState(STEP);
  const shown = all ? rows.length : step;
  return (
    <div className="@container">
      <table role="table" aria-label={label} className="block w-full text-sm @4xl:table">
        <thead role="rowgroup" className="sr-only @4xl:not-sr-only @4xl:table-header-group">
          <tr role="row" className="@4xl:table-row">
            {columns.map((column) => (
              <th
                key={column.name}
                role="columnheader"
                scope="col"
                className={`border-b border-line px-4 py-2.5 text-left text-xs font-medium text-muted first:pl-5 last:pr-5 ${column.className ?? ''}`}
              >
                {column.quiet ? <span className="sr-only">{column.label}</span> : column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup" className="block divide-y divide-line @4xl:table-row-group">
          {rows.slice(0, shown).map((row) => (
            <tr key={id(row)} role="row" className="block gap-x-6 px-5 py-3 hover:bg-bg @xl:grid @xl:grid-cols-2 @4xl:table-row @4xl:p-0">
              {columns.map((column) => (
                <td
                  key={column.name}
                  role="cell"
                  className={`flex min-w-0 items-baseline gap-3 py-1 align-middle @4xl:table-cell @4xl:px-4 @4xl:py-3 @4xl:first:pl-5 @4xl:last:pr-5 ${column.className ?? ''}`}
                >
                  {!column.quiet && (
                    <span aria-hidden className="w-24 shrink-0 text-xs font-medium text-muted @4xl:hidden">
                      {column.label}
                    </span>
                  )}
                  <div className="min-w-0 flex-1">{column.cell(row)}</div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > shown && (
        <div className="flex items-center justify-center gap-3 border-t border-line p-3 text-sm text-muted">
          {t('common.shownOf', { shown, all: rows.length })}
          <Button small onClick={() => setShown(shown + 5 * STEP)}>
            {t('common.more')}
          </Button>
        </div>
      )}
    </div>
  );
}
