import { Bookmark, Plus, Trash2 } from 'lucide-react';
import { Popover } from 'radix-ui';
import { type FormEvent, useState } from 'react';
import { useText } from '../../text';
import { Button, IconButton } from '../../ui/Button';
import { Field, Input } from '../../ui/form';
import { plain } from '../../ui/plain';
import type { MachineSearch } from './search';
import { useViews } from './views';

export function ViewsMenu({ search, onPick }: { search: MachineSearch; onPick: (search: MachineSearch) => void }) {
  const { t } = useText();
  const { views, save, remove } = useViews();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!name.trim()) return;
    save({ name: name.trim(), search });
    setName('');
  };
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <Button icon={<Bookmark className="size-4" aria-hidden />}>{t('machines.views')}</Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content aria-label={t('machines.views')} align="end" sideOffset={6} className="z-50 w-80 max-w-[calc(100vw-2rem)] rounded-xl border border-line bg-raised p-4 shadow-float">
          {views.length === 0 && <p className="text-sm text-muted">{t('machines.noViews')}</p>}
          <ul className="flex flex-col">
            {views.map((view) => (
              <li key={view.name} className="flex items-center">
                <button
                  type="button"
                  onClick={() => {
                    onPick(view.search);
                    setOpen(false);
                  }}
                  className="h-9 min-w-0 flex-1 truncate rounded-lg px-2 text-left text-sm hover:bg-sunken"
                >
                  {plain(view.name)}
                </button>
                <IconButton label={t('machines.removeView', { name: plain(view.name) })} onClick={() => remove(view.name)}>
                  <Trash2 className="size-4" aria-hidden />
                </IconButton>
              </li>
            ))}
          </ul>
          <form onSubmit={submit} className="mt-3 flex flex-col gap-3 border-t border-line pt-3">
            <Field label={t('machines.viewName')} hint={t('machines.saveViewLead')}>
              {(control) => <Input {...control} maxLength={80} value={name} onChange={(event) => setName(event.target.value)} />}
            </Field>
            <Button type="submit" icon={<Plus className="size-4" aria-hidden />}>
              {t('machines.saveView')}
            </Button>
          </form>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
