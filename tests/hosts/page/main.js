// What a page does with the package: the element is defined by the import, and the rules answer on their own.

import '@peeker-checkout/element/define';
import { ready, validateDomain } from '@peeker-checkout/element/rules';

ready().then(() => {
  document.documentElement.dataset.verdict = validateDomain('mail.acme.com').code;
});
