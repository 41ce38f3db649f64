// <peeker-checkout> as a React component: the session comes from the page's own backend.

import { useEffect, useState } from 'react';
import '@peeker-checkout/element/react';

interface Session {
  endpoint: string;
  token: string;
}

export function Checkout() {
  const [session, setSession] = useState<Session>();
  const [order, setOrder] = useState('');

  useEffect(() => {
    const abort = new AbortController();
    fetch('/checkout-session', { method: 'POST', signal: abort.signal })
      .then((response) => response.json())
      .then(setSession)
      .catch((error) => abort.signal.aborted || console.error(error));
    return () => abort.abort();
  }, []);

  return (
    <>
      <h1>Your domains</h1>
      {order && <p>Thank you. Your order is {order}.</p>}
      <peeker-checkout
        endpoint={session?.endpoint}
        session={session?.token}
        onpeeker-ordered={({ detail }) => setOrder(detail.id)}
      >
        <p slot="fallback">To order, write to orders@example.com.</p>
      </peeker-checkout>
    </>
  );
}
