// The checkout on a page that is also rendered on the server.

import { Checkout } from './checkout';

export default function Page() {
  return <Checkout />;
}
