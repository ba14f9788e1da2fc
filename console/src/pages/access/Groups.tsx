import { Layers } from 'lucide-react';
import { useState } from 'react';
import { post, put, remove } from '../../api/http';
import { useText } from '../../text';
import { Ask } from '../../ui/Ask';
import { Badge } from '../../ui/Badge';
import { Button } from '../../ui/Button';
import { Field, Input, Select, TextArea } from '../../ui/form';
import { plain } from '../../ui/plain';
import { Rows } from '../../ui/Rows';
import { toast } from '../../ui/toast';
import { Listed } from './Listed';
import { type Condition, type Group, useGroups, useRefresh } from './api';

const PROPERTIES = ['tag', 'name', 'osPlatform'] as const;
const OPERATORS = ['equals', 'startsWith', 'endsWith', 'contains'] as const;

export function Groups() {
  const { t, number } = useText();
  const refresh = useRefresh();
  const [editing, setEditing] = useState<Group | 'new'>();
  const [leaving, setLeaving] = useState<Group>();
  return (
    <>
      <Listed<Group>
        label={t('access.groups')}
        query={useGroups()}
        id={(group) => String(group.id)}
        words={(group) => `${group.name} ${group.conditions.map((one) => one.value).join(' ')}`}
        add={t('access.newGroup')}
        onAdd={() => setEditing('new')}
        icon={<Layers aria-hidden />}
        empty={t('access.noGroups')}
        emptyLead={t('access.noGroupsLead')}
        columns={[
          { name: 'rank', label: t('access.rank'), cell: (group) => <span className="tabular-nums">{number(group.rank)}</span> },
          { name: 'name', label: t('common.name'), cell: (group) => <span className="font-medium break-words">{plain(group.name)}</span> },
          {
            name: 'conditions',
            label: t('access.conditions'),
            className: '@4xl:w-1/2',
            cell: (group) => (
              <ul className="flex flex-wrap gap-1">
                {group.conditions.map((one, index) => (
                  <li key={index} className="max-w-full">
                    <Badge>{`${t(`access.${one.property}`)} ${t(`access.${one.operator}`)} ${plain(one.value, 60)}`}</Badge>
                  </li>
                ))}
                {group.machineIds.length > 0 && (
                  <li>
                    <Badge tone="accent">{t('access.named', { count: group.machineIds.length })}</Badge>
                  </li>
                )}
                {group.conditions.length === 0 && group.machineIds.length === 0 && <li className="text-muted">{t('common.none')}</li>}
              </ul>
            ),
          },
          {
            name: 'do',
            label: t('access.edit'),
            quiet: true,
            cell: (group) => (
              <div className="flex gap-2 @4xl:justify-end">
                <Button small aria-label={t('access.editOf', { name: plain(group.name, 80) })} onClick={() => setEditing(group)}>
                  {t('access.edit')}
                </Button>
                <Button small aria-label={`${t('access.deleteGroup')}: ${plain(group.name, 80)}`} onClick={() => setLeaving(group)}>
                  {t('common.remove')}
                </Button>
              </div>
            ),
          },
        ]}
      />
      {editing && <GroupDialog group={editing === 'new' ? undefined : editing} onClose={() => setEditing(undefined)} />}
      {leaving && (
        <Ask
          danger
          title={`${t('access.deleteGroup')}: ${plain(leaving.name, 80)}`}
          description={t('access.deleteGroupLead')}
          submit={t('access.deleteGroup')}
          word={leaving.name}
          onSubmit={async () => {
            await remove(`/cordon/v1/machine-groups/${leaving.id}`);
            await refresh();
          }}
          onClose={() => setLeaving(undefined)}
        />
      )}
    </>
  );
}

function GroupDialog({ group, onClose }: { group?: Group; onClose: () => void }) {
  const { t } = useText();
  const refresh = useRefresh();
  const known = useGroups().data?.value ?? [];
  const [name, setName] = useState(group?.name ?? '');
  const [rank, setRank] = useState(group?.rank ?? Math.max(0, ...known.map((one) => one.rank)) + 1);
  const [conditions, setConditions] = useState<Condition[]>(group?.conditions ?? [{ property: 'name', operator: 'startsWith', value: '' }]);
  const [ids, setIds] = useState((group?.machineIds ?? []).join('\n'));
  const send = async () => {
    const body = { name, rank, conditions, machineIds: ids.split(/\s+/).filter(Boolean) };
    await (group ? put(`/cordon/v1/machine-groups/${group.id}`, body) : post('/cordon/v1/machine-groups', body));
    await refresh();
    toast('good', t('access.saved'), name);
  };
  return (
    <Ask
      wide
      title={group ? plain(group.name, 120) : t('access.newGroup')}
      description={t('access.groupLead')}
      submit={group ? t('common.save') : t('access.newGroup')}
      onSubmit={send}
      onClose={onClose}
    >
      <div className="grid gap-4 sm:grid-cols-[1fr_7rem]">
        <Field label={t('common.name')}>{(control) => <Input {...control} required maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />}</Field>
        <Field label={t('access.rank')}>
          {(control) => <Input {...control} required type="number" min={1} max={1_000_000} value={rank} onChange={(event) => setRank(Number(event.target.value))} />}
        </Field>
      </div>
      <Rows<Condition>
        label={t('access.conditions')}
        rows={conditions}
        onRows={setConditions}
        fresh={{ property: 'tag', operator: 'equals', value: '' }}
        add={t('access.addCondition')}
        remove={(number) => t('access.removeCondition', { number })}
      >
        {(one, change) => (
          <>
            <Select aria-label={t('access.property')} className="sm:!w-36" value={one.property} onChange={(event) => change({ property: event.target.value as Condition['property'] })}>
              {PROPERTIES.map((name) => (
                <option key={name} value={name}>
                  {t(`access.${name}`)}
                </option>
              ))}
            </Select>
            <Select aria-label={t('access.operator')} className="sm:!w-36" value={one.operator} onChange={(event) => change({ operator: event.target.value as Condition['operator'] })}>
              {OPERATORS.map((name) => (
                <option key={name} value={name}>
                  {t(`access.${name}`)}
                </option>
              ))}
            </Select>
            <Input aria-label={t('access.value')} required maxLength={256} className="flex-1" value={one.value} onChange={(event) => change({ value: event.target.value })} />
          </>
        )}
      </Rows>
      <Field label={t('access.machineIds')} hint={t('access.machineIdsHint')}>
        {(control) => <TextArea {...control} className="font-mono" value={ids} onChange={(event) => setIds(event.target.value)} spellCheck={false} />}
      </Field>
    </Ask>
  );
}
