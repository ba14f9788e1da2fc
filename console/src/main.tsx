import { createRoot } from 'react-dom/client';
import './theme/theme.css';
import './theme';
import { App } from './App';
import { start } from './api/session';

// the dialogs' scroll lock adds a style sheet, which the policy allows by this word
Object.assign(globalThis, {
  __webpack_nonce__: document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content,
});

void start();
const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
