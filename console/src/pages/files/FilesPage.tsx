import { useText } from '../../text';
import { Page } from '../../ui/Page';
import { Empty } from '../../ui/states';

export default function FilesPage() {
  const { t } = useText();
  return (
    <Page title={t('files.title')}>
      <Empty title={t('common.notFound')} />
    </Page>
  );
}
