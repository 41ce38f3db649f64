// Shows what the partner's backend received, live, and breaks and repairs its endpoint.

/** Milliseconds between two looks. */
const PAUSE = 500;
const [state, list, none] = ['state', 'received', 'none'].map((id) => document.getElementById(id));
let said = '';
let shown = '';

function row({ received_at: at, type, test, data, id }) {
  const cells = [at.slice(11, 19), test ? `${type} (test)` : type, data.order?.id ?? '–', data.order?.status ?? '–', id].map((text) => {
    const cell = document.createElement('td');
    cell.textContent = text;
    return cell;
  });
  const line = document.createElement('tr');
  line.dataset.id = id;
  line.title = JSON.stringify(data, null, 2);
  line.append(...cells);
  return line;
}

function show({ broken, refused, again, received }) {
  const parts = broken ? [`Broken: ${refused} refused.`] : [`${received.length} received.`];
  if (again > 0) parts.push(`${again} came again and were recognised.`);
  const text = [said, ...parts].filter(Boolean).join(' ');
  if (state.textContent !== text) state.textContent = text;
  const ids = received.map(({ id }) => id).join();
  if (ids === shown) return;
  shown = ids;
  none.hidden = received.length > 0;
  list.replaceChildren(...received.map(row));
}

async function look() {
  try {
    show(await (await fetch('/demo/notifications')).json());
  } catch {
    state.textContent = 'The demo has stopped.';
  }
  setTimeout(look, PAUSE);
}

for (const [id, broken] of [['break', true], ['repair', false]]) {
  document.getElementById(id).addEventListener('click', async () => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch('/demo/endpoint', { method: 'POST', headers, body: JSON.stringify({ broken }) });
    ({ said } = await answer.json());
  });
}

look();
