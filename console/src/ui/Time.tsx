import { useText } from '../text';

/** A moment as people say it, with the whole of it for the pointer. */
export function Time({ at, exact }: { at: string; exact?: boolean }) {
  const { ago, dateTime } = useText();
  return (
    <time dateTime={at} title={dateTime(at)} className="whitespace-nowrap tabular-nums">
      {exact ? dateTime(at) : ago(at)}
    </time>
  );
}
