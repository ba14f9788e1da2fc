import { useState } from 'react';

/** What had the focus when a dialog was opened; of a menu, which is gone then, the button that opens it. */
function opener(): HTMLElement | null {
  const at = document.activeElement;
  const menu = at?.closest('[role="menu"]')?.getAttribute('aria-labelledby');
  const found = menu ? document.getElementById(menu) : at;
  return found instanceof HTMLElement && found !== document.body ? found : null;
}

/** For a dialog that is there only while it is open: gives the focus back when it closes, unless it went somewhere else. */
export function useOpener(): (event: Event) => void {
  const [from] = useState(opener);
  return (event) => {
    event.preventDefault();
    const at = document.activeElement;
    if (at && at !== document.body && at.getAttribute('role') !== 'dialog') return;
    (from?.isConnected ? from : document.getElementById('content'))?.focus({ preventScroll: true });
  };
}
