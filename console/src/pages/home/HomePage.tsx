import { useText } from '../../text';
import { Page } from '../../ui/Page';
import { Empty } from '../../ui/states';

export default function HomePage() {
  const { t } = useText();
  return (
    <Page title={t('home.title')}>
      <Empty title={t('common.notFound')} />
    </Page>
  );
}
