import { useSyncExternalStore } from 'react';

const wide = window.matchMedia('(min-width: 768px)');

/** Whether lists are tables here and not stacks; the width at which Tailwind's `md:` begins. */
export const useWide = () =>
  useSyncExternalStore(
    (listener) => {
      wide.addEventListener('change', listener);
      return () => wide.removeEventListener('change', listener);
    },
    () => wide.matches,
  );
