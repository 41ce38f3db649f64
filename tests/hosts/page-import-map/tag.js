// The rules, on a page where a script tag defines the element.

import { ready, validateDomain } from '@peeker-checkout/element/rules';

ready().then(() => {
  document.documentElement.dataset.verdict = validateDomain('mail.acme.com').code;
});
