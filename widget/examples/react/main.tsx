// A signup page in React: StrictMode mounts everything twice, and the checkout does not mind.

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Checkout } from './Checkout';

const app = document.getElementById('app');
if (app) {
  createRoot(app).render(
    <StrictMode>
      <Checkout />
    </StrictMode>,
  );
}
