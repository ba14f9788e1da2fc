import { useEffect, useRef, useState } from 'react';

/** What somebody types into a search box, which becomes the search itself once they pause. */
export function useTyped(searched: string | undefined, pauseMs: number, onSearch: (words: string | undefined) => void) {
  const [typed, setTyped] = useState(searched ?? '');
  const search = useRef(onSearch);
  useEffect(() => {
    search.current = onSearch;
  });
  useEffect(() => setTyped(searched ?? ''), [searched]);
  useEffect(() => {
    const words = typed || undefined;
    if (words === searched) return;
    const timer = setTimeout(() => search.current(words), pauseMs);
    return () => clearTimeout(timer);
  }, [typed, searched, pauseMs]);
  return [typed, setTyped] as const;
}
