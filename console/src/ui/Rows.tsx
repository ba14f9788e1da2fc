import { Plus, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button, IconButton } from './Button';

/** Lines of a form of which there may be any number: each can be taken away, and one more added. */
export function Rows<Row>({
  label,
  hint,
  rows,
  onRows,
  fresh,
  add,
  remove,
  children,
}: {
  label: string;
  hint?: string;
  rows: readonly Row[];
  onRows: (rows: Row[]) => void;
  /** What a line that is added holds. */
  fresh: Row;
  add: string;
  /** The name of the button that takes a line away, by its number from 1. */
  remove: (number: number) => string;
  children: (row: Row, change: (next: Partial<Row>) => void) => ReactNode;
}) {
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-sm font-medium">{label}</legend>
      {hint && <p className="text-[13px] text-muted">{hint}</p>}
      {rows.map((row, index) => (
        <div key={index} className="flex flex-wrap items-center gap-2 sm:flex-nowrap">
          {children(row, (next) => onRows(rows.map((one, at) => (at === index ? { ...one, ...next } : one))))}
          <IconButton label={remove(index + 1)} onClick={() => onRows(rows.filter((_, at) => at !== index))}>
            <Trash2 className="size-4" aria-hidden />
          </IconButton>
        </div>
      ))}
      <div>
        <Button small icon={<Plus className="size-4" aria-hidden />} onClick={() => onRows([...rows, fresh])}>
          {add}
        </Button>
      </div>
    </fieldset>
  );
}
