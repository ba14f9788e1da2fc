import { useSearch } from '@tanstack/react-router';
import { useText } from '../../text';
import { Page } from '../../ui/Page';
import { Sections } from '../../ui/Sections';
import { Blocked } from './Blocked';
import { Quarantine } from './Quarantine';
import { Samples } from './Samples';
import { useBlocked, useQuarantine } from './api';

const PARTS = { blocked: Blocked, quarantine: Quarantine, samples: Samples };
type Part = keyof typeof PARTS;

/** What may not run, what was taken away, what was brought here. */
export default function FilesPage() {
  const { t } = useText();
  const { part } = useSearch({ strict: false }) as { part?: string };
  const current: Part = part !== undefined && part in PARTS ? (part as Part) : 'blocked';
  const counts = { blocked: useBlocked().data?.files.length, quarantine: useQuarantine().data?.value.length, samples: undefined };
  const Shown = PARTS[current];
  return (
    <Page title={t('files.title')} lead={t('files.lead')}>
      <Sections<Part>
        label={t('files.parts')}
        current={current}
        sections={(['blocked', 'quarantine', 'samples'] as const).map((name) => ({ name, label: t(`files.${name}`), count: counts[name] }))}
      />
      <Shown />
    </Page>
  );
}
