import { useRouter } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { PLACES, type Place } from '../shell/navigation';

/** G and one of these goes to a page. */
export const GO: Record<Place['to'], string> = { '/': 'h', '/machines': 'm', '/actions': 'a', '/files': 'f', '/access': 'c', '/audit': 'u' };
const PAUSE_MS = 1_500;

/** Keys of their own are for nobody who is typing, and not while a dialog is open. */
function busy(target: EventTarget | null): boolean {
  const at = target instanceof HTMLElement ? target : null;
  return (at !== null && (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName))) || document.querySelector('[role="dialog"], [role="menu"]') !== null;
}

/** The keys that work on every page. */
export function useKeys({ onPalette, onHelp }: { onPalette: () => void; onHelp: () => void }) {
  const router = useRouter();
  const went = useRef(0);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        onPalette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || busy(event.target)) return;
      const key = event.key.toLowerCase();
      const place = PLACES.find(({ to }) => GO[to] === key);
      if (event.key === '?') onHelp();
      else if (key === '/') document.querySelector<HTMLElement>('main input[type="search"]')?.focus();
      else if (place && event.timeStamp - went.current < PAUSE_MS) {
        went.current = 0;
        void router.navigate({ to: place.to });
      } else {
        went.current = key === 'g' ? event.timeStamp : 0;
        return;
      }
      event.preventDefault();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [router, onPalette, onHelp]);
}
