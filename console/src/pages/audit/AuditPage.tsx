import { useText } from '../../text';
import { Page } from '../../ui/Page';
import { Empty } from '../../ui/states';

export default function AuditPage() {
  const { t } = useText();
  return (
    <Page title={t('audit.title')}>
      <Empty title={t('common.notFound')} />
    </Page>
  );
}
