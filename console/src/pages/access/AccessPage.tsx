import { useSearch } from '@tanstack/react-router';
import { useText } from '../../text';
import { Page } from '../../ui/Page';
import { Sections } from '../../ui/Sections';
import { Applications } from './Applications';
import { Enrollment } from './Enrollment';
import { Groups } from './Groups';
import { Outside } from './Outside';
import { Roles } from './Roles';
import { SignIn } from './SignIn';
import { Users } from './Users';

const PARTS = { applications: Applications, users: Users, roles: Roles, groups: Groups, enrollment: Enrollment, signIn: SignIn, outside: Outside };
type Part = keyof typeof PARTS;

/** Who and what may come in: applications, people, machines, other issuers. */
export default function AccessPage() {
  const { t } = useText();
  const { part } = useSearch({ strict: false }) as { part?: string };
  const current: Part = part !== undefined && part in PARTS ? (part as Part) : 'applications';
  const Shown = PARTS[current];
  return (
    <Page title={t('access.title')} lead={t('access.lead')}>
      <Sections<Part>
        label={t('access.parts')}
        current={current}
        sections={(Object.keys(PARTS) as Part[]).map((name) => ({ name, label: t(name === 'signIn' ? 'issuers.signIn' : `access.${name}`) }))}
      />
      <Shown />
    </Page>
  );
}
