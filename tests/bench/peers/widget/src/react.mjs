// React and its DOM, with nothing rendered: what any picker in React starts from.

import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

createRoot(document.body).render(createElement('div'));
