// What stands in the element's place where the rest of the script did not come: a sentence, a button that tries again, and
// what the page offers instead. Neither the element's words nor its styles are there yet.

const NAME = 'peeker-checkout';

type Words = readonly [heading: string, text: string, again: string];

const ENGLISH: Words = ['The checkout could not be loaded', 'Check your connection, and try again.', 'Try again'];

/** As the locales have them. */
const WORDS: Readonly<Record<string, Words>> = {
  de: [
    'Die Bestellung konnte nicht geladen werden',
    'Prüfen Sie Ihre Verbindung, und versuchen Sie es noch einmal.',
    'Erneut versuchen',
  ],
  ar: ['تعذّر تحميل صفحة الطلب', 'تحقّق من اتصالك وحاول مرة أخرى.', 'حاول مرة أخرى'],
};

/** Says it in each element on the page, now and later; resolves when a customer wants to try again. */
export function untilTriedAgain(message: string): Promise<void> {
  const told = new Set<Element>();
  return new Promise((resolve) => {
    const observer = new MutationObserver(tellAll);
    tellAll();
    observer.observe(document, { childList: true, subtree: true });

    // What another copy of the script has defined works.
    function tellAll(): void {
      for (const host of document.querySelectorAll(`${NAME}:not(:defined)`)) {
        if (told.has(host)) continue;
        told.add(host);
        tell(host, message, tryAgain);
      }
    }

    function tryAgain(): void {
      observer.disconnect();
      for (const host of told) {
        host.removeAttribute('data-unavailable');
        host.shadowRoot?.querySelector('button')?.setAttribute('aria-disabled', 'true');
      }
      resolve();
    }
  });
}

function tell(host: Element, message: string, tryAgain: () => void): void {
  // The element takes the root over once it is defined.
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  const hadFocus = root.activeElement !== null;
  const language = host.closest('[lang]')?.getAttribute('lang')?.slice(0, 2).toLowerCase() ?? '';
  const known = Object.hasOwn(WORDS, language);
  const [heading, text, again] = (known && WORDS[language]) || ENGLISH;
  const box = node('div', '', {
    role: 'alert',
    part: 'card',
    lang: known ? language : 'en',
    dir: language === 'ar' ? 'rtl' : 'ltr',
  });
  const button = node('button', again, { type: 'button', part: 'button button-primary' });
  button.addEventListener('click', tryAgain);
  box.append(node('h2', heading, { part: 'title' }), node('p', text), button);
  root.replaceChildren(box, node('slot', '', { name: 'fallback' }));
  if (hadFocus) button.focus();
  // `reserve.css` shows at once what the page has put into the slot.
  host.setAttribute('data-unavailable', '');
  const detail = { code: 'script_unavailable', message };
  host.dispatchEvent(new CustomEvent('peeker-error', { detail, bubbles: true, composed: true }));
}

function node(name: string, text: string, attributes: Record<string, string> = {}): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
