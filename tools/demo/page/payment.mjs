// The partner's card form in the element's slot: its backend is asked for an approval when the order needs one.

/** Connects the form, if the page has one. */
export function startPayment(checkout) {
  const form = document.getElementById('payment');
  if (!form) return;
  const [card, problem] = ['card', 'card-problem'].map((id) => document.getElementById(id));
  /** Marks the card that was refused, until there is another number. The element says it, too, and announces it. */
  const mark = (refused = '') => {
    card.setAttribute('aria-invalid', String(refused !== ''));
    problem.textContent = refused;
  };
  form.addEventListener('click', ({ target }) => {
    if (!target.dataset.card) return;
    card.value = target.dataset.card;
    mark();
  });
  card.addEventListener('input', () => mark());
  checkout.approve = async (request) => {
    mark();
    const body = JSON.stringify({ ...request, card: card.value });
    const response = await fetch('/demo/pay', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    if (!response.ok) throw new Error(await response.text());
    const answer = await response.json();
    mark(answer.refused);
    return answer;
  };
}
