import { useText } from '../../text';
import { Page } from '../../ui/Page';
import { Empty } from '../../ui/states';

export default function AccessPage() {
  const { t } = useText();
  return (
    <Page title={t('access.title')}>
      <Empty title={t('common.notFound')} />
    </Page>
  );
}
