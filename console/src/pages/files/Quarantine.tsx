import { useQueryClient } from '@tanstack/react-query';
import { Archive, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { post } from '../../api/http';
import { useText } from '../../text';
import { Ask } from '../../ui/Ask';
import { Button } from '../../ui/Button';
import { Id } from '../../ui/Copy';
import { Field, SearchInput, TextArea } from '../../ui/form';
import { Loaded } from '../../ui/Loaded';
import { Card } from '../../ui/Page';
import { plain } from '../../ui/plain';
import { Empty } from '../../ui/states';
import { Table } from '../../ui/Table';
import { Time } from '../../ui/Time';
import { toast } from '../../ui/toast';
import { type HeldFile, type Restored, bytes, useQuarantine } from './api';

type Question = { kind: 'these'; files: HeldFile[] } | { kind: 'everywhere'; file: HeldFile; hash: string; machines: number };

const nameOf = (file: HeldFile) => plain(file.path.split('/').pop() || file.path, 80);
const keyOf = (file: HeldFile) => `${file.machineId} ${file.vaultId}`;

/** What is in the vaults of the machines, to be given back: one, many, or one file everywhere. */
export function Quarantine() {
  const { t } = useText();
  const vault = useQuarantine();
  const [search, setSearch] = useState('');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [question, setQuestion] = useState<Question>();
  const words = search.trim().toLowerCase();
  const choose = (file: HeldFile, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(keyOf(file));
    else next.delete(keyOf(file));
    setChosen(next);
  };
  return (
    <>
      <Loaded query={vault}>
        {({ value }) => {
          const found = value.filter((file) => `${file.path} ${file.computerDnsName} ${file.sha256}`.toLowerCase().includes(words));
          const picked = value.filter((file) => chosen.has(keyOf(file)));
          if (value.length === 0) {
            return (
              <Card>
                <Empty icon={<Archive aria-hidden />} title={t('files.nothingHeld')} lead={t('files.nothingHeldLead')} />
              </Card>
            );
          }
          return (
            <Card flush>
              <div className="flex flex-wrap items-center gap-3 border-b border-line px-5 py-3">
                <SearchInput label={t('files.searchQuarantine')} value={search} onValue={setSearch} />
                {picked.length > 0 && (
                  <>
                    <span role="status" className="text-sm text-muted">
                      {t('files.selected', { count: picked.length })}
                    </span>
                    <Button kind="primary" icon={<RotateCcw className="size-4" aria-hidden />} onClick={() => setQuestion({ kind: 'these', files: picked })}>
                      {t('files.restore')}
                    </Button>
                  </>
                )}
              </div>
              {found.length === 0 ? (
                <Empty title={t('files.nothingFound')} />
              ) : (
                <Table
                  label={t('files.quarantine')}
                  rows={found}
                  id={keyOf}
                  columns={[
                    {
                      name: 'path',
                      label: t('files.path'),
                      className: '@4xl:w-1/3',
                      cell: (file) => (
                        <div className="flex items-start gap-3">
                          <input
                            type="checkbox"
                            className="mt-0.5 size-[18px] shrink-0 accent-(--accent)"
                            aria-label={t('files.select', { name: plain(file.path, 200) })}
                            checked={chosen.has(keyOf(file))}
                            onChange={(event) => choose(file, event.target.checked)}
                          />
                          <code className="min-w-32 break-all">{plain(file.path)}</code>
                        </div>
                      ),
                    },
                    { name: 'machine', label: t('files.machine'), cell: (file) => <span className="block min-w-40 break-all">{plain(file.computerDnsName ?? file.machineId)}</span> },
                    { name: 'hash', label: 'SHA-256', cell: (file) => (file.sha256 ? <Id value={file.sha256} /> : t('common.unknown')) },
                    { name: 'size', label: t('files.size'), cell: (file) => <span className="whitespace-nowrap tabular-nums">{bytes(file.size)}</span> },
                    { name: 'when', label: t('files.when'), cell: (file) => <Time at={file.quarantinedAt} /> },
                    {
                      name: 'do',
                      label: t('files.restore'),
                      quiet: true,
                      cell: (file) => <Buttons file={file} all={value} ask={setQuestion} />,
                    },
                  ]}
                />
              )}
            </Card>
          );
        }}
      </Loaded>
      {question && (
        <Restore
          question={question}
          onDone={() => setChosen(new Set())}
          onClose={() => setQuestion(undefined)}
        />
      )}
    </>
  );
}

function Buttons({ file, all, ask }: { file: HeldFile; all: readonly HeldFile[]; ask: (question: Question) => void }) {
  const { t } = useText();
  const hash = file.sha256;
  const machines = new Set(all.filter((other) => other.sha256 === hash).map((other) => other.machineId)).size;
  return (
    <div className="flex gap-2 @4xl:justify-end">
      <Button small aria-label={t('files.restoreOne', { name: nameOf(file) })} onClick={() => ask({ kind: 'these', files: [file] })}>
        {t('files.restore')}
      </Button>
      {hash && machines > 1 && (
        <Button small aria-label={t('files.restoreEverywhereOf', { name: nameOf(file) })} onClick={() => ask({ kind: 'everywhere', file, hash, machines })}>
          {t('files.restoreEverywhere')}
        </Button>
      )}
    </div>
  );
}

/** Sends one order for each file and machine; says how many were taken, and what was refused. */
async function restoreThese(files: readonly HeldFile[], comment: string): Promise<Restored> {
  const result: Restored = { actions: [], refused: [] };
  const done = new Set<string>();
  for (const file of files) {
    const key = file.sha256 ? `${file.machineId} ${file.sha256}` : file.actionId;
    if (done.has(key)) continue;
    done.add(key);
    try {
      const action = file.sha256
        ? await post<{ id: string }>(`/cordon/v1/machines/${file.machineId}/restore`, { comment, hash: file.sha256 })
        : await post<{ id: string }>(`/cordon/v1/machineactions/${file.actionId}/restore`, { comment });
      result.actions.push(action);
    } catch (error) {
      if (files.length === 1) throw error;
      result.refused.push({ machineId: file.machineId, computerDnsName: file.computerDnsName, message: error instanceof Error ? error.message : String(error) });
    }
  }
  return result;
}

function Restore({ question, onDone, onClose }: { question: Question; onDone: () => void; onClose: () => void }) {
  const { t } = useText();
  const queries = useQueryClient();
  const [comment, setComment] = useState('');
  const many = question.kind === 'these' && question.files.length > 1;
  const first = question.kind === 'these' ? question.files[0] : question.file;
  const title =
    question.kind === 'everywhere'
      ? t('files.restoreEverywhereTitle')
      : many
        ? t('files.restoreManyTitle', { count: question.files.length })
        : t('files.restoreTitle');
  const send = async () => {
    const result =
      question.kind === 'everywhere'
        ? await post<Restored>(`/cordon/v1/files/${question.hash}/restore`, { comment })
        : await restoreThese(question.files, comment);
    if (result.actions.length) toast('good', t('files.restoring', { count: result.actions.length }));
    if (result.refused.length) {
      const said = result.refused.map((one) => `${one.computerDnsName ?? one.machineId}: ${one.message}`).join('\n');
      toast('bad', t('files.restoreRefused', { count: result.refused.length }), said);
    }
    onDone();
    await queries.invalidateQueries({ queryKey: ['files'] });
  };
  return (
    <Ask
      danger
      title={title}
      description={question.kind === 'everywhere' ? t('files.restoreEverywhereLead', { count: question.machines }) : t('files.restoreLead')}
      submit={t('files.restore')}
      word={question.kind === 'everywhere' && first ? nameOf(first) : many ? t('files.bulkWord') : undefined}
      onSubmit={send}
      onClose={onClose}
    >
      {!many && first && <code className="rounded-lg bg-sunken px-3 py-2 text-[13px] break-all">{plain(first.path)}</code>}
      <Field label={t('files.why')} hint={t('files.whyHint')}>
        {(control) => <TextArea {...control} required maxLength={4000} value={comment} onChange={(event) => setComment(event.target.value)} />}
      </Field>
    </Ask>
  );
}
